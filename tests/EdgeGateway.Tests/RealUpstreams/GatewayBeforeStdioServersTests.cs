using EdgeGateway.Tests.DataPath;
using Xunit;

namespace EdgeGateway.Tests.RealUpstreams;

/// <summary>Real servers that speak stdio, through the gateway's HTTP.</summary>
public sealed class GatewayBeforeStdioServersTests(StdioPackages packages) : IClassFixture<StdioPackages>
{
    [Fact(Timeout = 120_000)]
    public async Task Server_memory_remembers()
    {
        packages.Require();
        await using var gateway = await TestGateway.StartAsync();
        var file = Path.Combine(packages.Folder, "memory.jsonl");
        var server = await gateway.AddStdioServerAsync(StdioPackages.Members("server-memory", [], ("MEMORY_FILE_PATH", file)));
        using var client = await gateway.Raw(server).InitializeAsync();

        await client.CallAsync("create_entities", """{"entities":[{"name":"Ada","entityType":"person","observations":["wrote the first program"]}]}""");

        Assert.Contains("wrote the first program", await client.TextOfAsync("read_graph"), StringComparison.Ordinal);
        Assert.Contains("Ada", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task Server_filesystem_reads_what_it_may_and_nothing_else()
    {
        packages.Require();
        await File.WriteAllTextAsync(Path.Combine(packages.Folder, "note.txt"), "read me", TestContext.Current.CancellationToken);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddStdioServerAsync(StdioPackages.Members("server-filesystem", [packages.Folder]));
        using var client = await gateway.Raw(server).InitializeAsync();

        Assert.Equal("read me", await client.TextOfAsync("read_text_file", $$"""{"path":"{{packages.Folder}}/note.txt"}"""));
        Assert.Contains("\"isError\":true", await client.CallAsync("read_text_file", """{"path":"/etc/passwd"}"""), StringComparison.Ordinal);
        using var caller = gateway.Rpc(server, "ada");
        Assert.Contains("note.txt", await caller.TextOfAsync("list_directory", $$"""{"path":"{{packages.Folder}}"}"""), StringComparison.Ordinal);
    }
}
