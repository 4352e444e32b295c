using System.Text.RegularExpressions;
using EdgeGateway.Configuration;
using EdgeGateway.Tests.RealUpstreams;
using EdgeGateway.Tests.Storage;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace EdgeGateway.Tests.Architecture;

/// <summary>The table under "API" of the README against the routes of the running program.</summary>
public sealed partial class RouteTests
{
    [Fact]
    public async Task What_the_README_lists_is_served_and_what_is_served_is_listed()
    {
        var served = (await ServedAsync()).Select(served => served.Route).Order().ToList();
        var listed = Listed(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"), TestContext.Current.CancellationToken)).Order().ToList();

        Assert.True(listed.Count > 20, $"only {listed.Count} routes were found in the README's table");
        Assert.Distinct(listed);
        Assert.Equal(served, listed);
    }

    [Fact]
    public void A_cell_may_name_several_methods_and_paths()
    {
        const string Table = "## API\n| `GET/PUT /servers/{id}`, `POST …/state?activate=true\\|false` | x `GET /no` |\n| `GET /health`, `/version` | y |\n## Next\n| `GET /later` | z |\n";

        Assert.Equal(["GET /servers/{id}", "PUT /servers/{id}", "POST /servers/{id}/state", "GET /health", "GET /version"], Listed(Table));
    }

    /// <summary>"GET /servers" and its endpoint, one for each method; HEAD goes with GET, and files the page loads are left out: nobody calls them by hand.</summary>
    internal static async Task<IReadOnlyList<(string Route, RouteEndpoint Endpoint)>> ServedAsync()
    {
        using var folder = new TempFolder();
        await using var app = GatewayHost.Build(
            new GatewayOptions { DataFolder = folder.Path, JwtSecretKey = new string('k', 32) }, TimeProvider.System);
        return
        [
            .. from source in ((IEndpointRouteBuilder)app).DataSources
               from endpoint in source.Endpoints.OfType<RouteEndpoint>()
               from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
               let path = endpoint.RoutePattern.RawText!
               where method != "HEAD" && !(path.StartsWith("/admin/", StringComparison.Ordinal) && path.Contains('.'))
               select ($"{method} {path}", endpoint),
        ];
    }

    /// <summary>From the first cell of each row: <c>`GET/PUT /a`, `/b?query`</c>; "…" stands for /servers/{id}, a path without a method has the one before.</summary>
    private static IEnumerable<string> Listed(string readme)
    {
        var section = readme[readme.IndexOf("## API\n", StringComparison.Ordinal)..];
        var end = section.IndexOf("\n## ", StringComparison.Ordinal);
        foreach (var row in section[..(end < 0 ? section.Length : end)].Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)))
        {
            var methods = "";
            foreach (Match call in Calls.Matches(row.Split(" | ")[0]))
            {
                methods = call.Groups["methods"].Success ? call.Groups["methods"].Value : methods;
                var path = call.Groups["path"].Value.Replace("…", "/servers/{id}");
                foreach (var method in methods.Split('/'))
                {
                    yield return $"{method} {path}";
                }
            }
        }
    }

    [GeneratedRegex(@"`((?<methods>[A-Z/]+) )?(?<path>[/…][^`?]*)[^`]*`")]
    private static partial Regex Calls { get; }
}
