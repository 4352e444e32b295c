using System.Net;
using System.Net.Sockets;
using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>The verbs around a running gateway, as an operator types them.</summary>
public sealed class VerbTests
{
    [Fact(Timeout = 120_000)]
    public async Task Healthcheck_follows_the_gateway()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var workspace = Workspace.WithPooling();
        await using var gateway = await PublishedGateway.StartAsync(workspace, cancelled);
        string[] check = ["healthcheck", "--port", $"{gateway.Url.Port}"];

        var (exitCode, output, text) = await GatewayProcess.RunAsync(workspace, check, cancelled);
        Assert.True(exitCode == 0, text);
        Assert.Equal($"http://127.0.0.1:{gateway.Url.Port}: ready", output);

        Assert.Equal(0, await gateway.StopAsync(cancelled));
        (exitCode, _, text) = await GatewayProcess.RunAsync(workspace, check, cancelled);
        Assert.Equal(1, exitCode);
        Assert.Contains("nothing answers there", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_doctor_looks_at_the_pools_of_the_gateway_that_runs()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        using var workspace = Workspace.WithPooling();
        await using var gateway = await PublishedGateway.StartAsync(workspace, cancelled);
        var pooled = await gateway.Api.AddServerAsync("pooled", upstream.Url, cancelled);
        await gateway.Api.PutAsync($"/servers/{pooled}/pool/config", """{"enabled":true}""", cancelled);
        await gateway.Api.AddServerAsync("plain", upstream.Url, cancelled);

        var (exitCode, output, text) = await GatewayProcess.RunAsync(workspace, ["doctor", "--port", $"{gateway.Url.Port}"], cancelled);

        Assert.True(exitCode == 0, text);
        Assert.All(
            ["is ready", "the database is whole", "jwt.secret is its owner's alone", "the pool of pooled: health score 100", "server plain has no pool"],
            found => Assert.Contains(found, output, StringComparison.Ordinal));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_backup_of_a_running_gateway_is_a_whole_database_that_another_one_starts_on()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        using var workspace = Workspace.WithPooling();
        await using var gateway = await PublishedGateway.StartAsync(workspace, cancelled);
        var server = await gateway.Api.AddServerAsync("kept", upstream.Url, cancelled);

        var (exitCode, _, text) = await GatewayProcess.RunAsync(workspace, ["backup", "copy.db"], cancelled);
        Assert.True(exitCode == 0, text);

        using var restored = Workspace.WithPooling();
        Directory.CreateDirectory(restored.Data);
        File.Copy(Path.Combine(workspace.Folder, "copy.db"), Path.Combine(restored.Data, "edge-gateway.db"));
        await using var second = await PublishedGateway.StartAsync(restored, cancelled);
        var (status, body) = await second.Api.GetAsync($"/servers/{server}", cancelled);
        Assert.Equal((HttpStatusCode.OK, "kept"), (status, body.GetProperty("name").GetString()));
    }

    [Fact(Timeout = 120_000)]
    public async Task SIGHUP_reads_the_env_file_again_and_a_wrong_one_changes_nothing()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var workspace = Workspace.With("SESSION_POOL_ENABLED=true");
        await using var gateway = await PublishedGateway.StartAsync(workspace, cancelled);
        var env = Path.Combine(workspace.Folder, ".env");

        await File.WriteAllTextAsync(env, "SESSION_POOL_ENABLED=true\nSESSION_POOL_SIZE=7\n", cancelled);
        gateway.Process.Signal(GatewayProcess.HangUp);
        await gateway.Process.WhenSaidAsync("Settings reloaded: SESSION_POOL_SIZE 5 → 7", cancelled);

        await File.WriteAllTextAsync(env, "SESSION_POOL_ENABLED=perhaps\n", cancelled);
        gateway.Process.Signal(GatewayProcess.HangUp);
        await gateway.Process.WhenSaidAsync("Settings not reloaded", cancelled);

        var (status, body) = await gateway.Api.GetAsync("/health/ready", cancelled);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("SESSION_POOL_ENABLED", body.GetProperty("failed_reload").GetProperty("errors")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await gateway.StopAsync(cancelled));
    }

    [Fact(Timeout = 120_000)]
    public async Task Systemd_hears_that_it_is_ready_what_it_does_and_that_it_ends()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var workspace = Workspace.WithPooling();
        var socket = Path.Combine(workspace.Folder, "notify");
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(socket));
        await using var gateway = GatewayProcess.Start(
            workspace, ["--port", "0"], new Dictionary<string, string> { ["NOTIFY_SOCKET"] = socket, ["WATCHDOG_USEC"] = "2000000" });

        Assert.Equal("READY=1\nSTATUS=0 servers, 0/0 sessions", await HearAsync(systemd, cancelled));
        Assert.Equal("WATCHDOG=1\nSTATUS=0 servers, 0/0 sessions", await HearAsync(systemd, cancelled));

        gateway.Signal(GatewayProcess.HangUp);
        string heard;
        do
        {
            heard = await HearAsync(systemd, cancelled);
        }
        while (heard.StartsWith("WATCHDOG", StringComparison.Ordinal));
        Assert.Matches("^RELOADING=1\nMONOTONIC_USEC=[0-9]+$", heard);
        Assert.Equal("READY=1", await HearAsync(systemd, cancelled));

        gateway.Signal(GatewayProcess.Term);
        do
        {
            heard = await HearAsync(systemd, cancelled);
        }
        while (heard.StartsWith("WATCHDOG", StringComparison.Ordinal));
        Assert.StartsWith("STOPPING=1\n", heard, StringComparison.Ordinal);
        Assert.Equal(0, await gateway.EndAsync(cancelled));
    }

    [Theory(Timeout = 120_000)]
    [InlineData("edge-gateway to", "token")]
    [InlineData("edge-gateway token cr", "create")]
    [InlineData("edge-gateway serve --por", "--port")]
    public async Task Bash_completes_what_was_begun(string line, string expected)
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var workspace = new Workspace();
        var words = line.Split(' ');
        var folder = Path.GetDirectoryName(PublishedBinary.Path)!;

        var completed = await Shell.RunAsync(
            $"""
            export PATH="{folder}:$PATH"
            eval "$(edge-gateway completion bash)"
            COMP_LINE='{line}' COMP_POINT={line.Length} COMP_WORDS=({string.Join(' ', words)}) COMP_CWORD={words.Length - 1}
            _edge_gateway
            printf '%s\n' "${"{COMPREPLY[@]}"}"
            """,
            workspace,
            new Dictionary<string, string>(),
            cancelled);

        Assert.Contains(expected, completed.Split('\n'));
        Assert.All(completed.Trim().Split('\n'), word => Assert.StartsWith(words[^1], word, StringComparison.Ordinal));
    }

    private static async Task<string> HearAsync(Socket socket, CancellationToken cancelled)
    {
        var buffer = new byte[512];
        return System.Text.Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, cancelled));
    }
}
