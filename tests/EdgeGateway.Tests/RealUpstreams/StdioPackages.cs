using System.Text.Json.Nodes;
using EdgeGateway.Tests.Storage;
using Xunit;

namespace EdgeGateway.Tests.RealUpstreams;

/// <summary>A class fixture: npm's MCP servers that speak stdio. A test begins with <see cref="Require"/>, as with <see cref="ServerEverything"/>.</summary>
public sealed class StdioPackages : IAsyncLifetime
{
    /// <summary>An install over a slow line.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly TempFolder _folder = new();
    private string? _unavailable;

    /// <summary>For files the servers read and write.</summary>
    public string Folder => _folder.Path;

    public void Require()
    {
        if (Repository.IsCi)
        {
            Assert.True(_unavailable is null, _unavailable);
        }

        Assert.SkipUnless(_unavailable is null, _unavailable ?? "");
    }

    public async ValueTask InitializeAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        _unavailable = await NodePackages.InstallAsync(patience.Token);
    }

    /// <summary>Members <c>command</c>, <c>args</c> and <c>env</c> of a server's document.</summary>
    internal static string Members(string package, IReadOnlyList<string> arguments, params (string Name, string Value)[] environment)
    {
        var script = Path.Combine(NodePackages.Folder, "node_modules", "@modelcontextprotocol", package, "dist", "index.js");
        var members = new JsonObject
        {
            ["command"] = "node",
            ["args"] = new JsonArray([.. arguments.Prepend(script).Select(argument => (JsonNode)argument)]),
            ["env"] = new JsonObject(environment.Select(variable => KeyValuePair.Create(variable.Name, (JsonNode?)variable.Value))),
        };
        return members.ToJsonString()[1..^1];
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
