using System.Diagnostics;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Mcp.Upstream.Stdio;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Mcp.Tests.Upstream.Stdio;

/// <summary>What a command speaks, how that is found out, and what becomes of the process that was asked.</summary>
public sealed class StdioEraTests
{
    private const string Legacy = "2025-11-25";
    private const string Modern = "2026-07-28";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData("legacy", EraSet.Legacy, Legacy, false)]
    [InlineData("modern", EraSet.Modern, Modern, true)]
    [InlineData("modern", EraSet.Modern, Legacy, true)]
    [InlineData("dual", EraSet.Dual, Modern, true)]
    [InlineData("dual", EraSet.Dual, Legacy, false)]
    public async Task The_process_that_was_asked_serves_the_first_session(string era, EraSet speaks, string asked, bool isModern)
    {
        await using var upstream = new StdioUpstream();
        var connector = new StdioConnector(StdioUpstream.Command("--era", era), upstream, TimeProvider.System);

        Assert.Equal(speaks, await connector.ProbeAsync([], Cancelled));
        var session = await upstream.ConnectAsync(connector, asked);

        Assert.Equal((isModern, !isModern), (session.IsModern, session.IsStateful));
        Assert.Equal(isModern ? Modern : Legacy, session.ProtocolVersion);
        Assert.Equal("hello", await upstream.TextOfAsync("echo", """{"text":"hello"}"""));
        Assert.Equal(1, upstream.Started);

        await using var next = new StdioUpstream();
        await next.ConnectAsync(connector, asked);
        Assert.Equal(2, upstream.Started);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_command_that_refuses_the_handshake_is_asked_in_the_same_process()
    {
        await using var upstream = new StdioUpstream();
        var connector = new StdioConnector(StdioUpstream.Command("--era", "modern"), upstream, TimeProvider.System);

        var session = await upstream.ConnectAsync(connector, Legacy);

        Assert.True(session.IsModern);
        Assert.Equal(1, upstream.Started);
        Assert.Contains("modern-stdio", System.Text.Encoding.UTF8.GetString(session.InitializeResult.Span), StringComparison.Ordinal);
        Assert.Contains("supportedVersions", System.Text.Encoding.UTF8.GetString(session.DiscoverResult.Span), StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("silent")]
    [InlineData("garbage")]
    public async Task No_answer_within_five_seconds_is_a_legacy_servers(string unknown)
    {
        var clock = new FakeTimeProvider();
        await using var upstream = new StdioUpstream();
        var connector = new StdioConnector(StdioUpstream.Command("--unknown", unknown), upstream, clock);

        var asking = connector.ProbeAsync([], Cancelled).AsTask();
        var asked = upstream.Pid;
        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(asking.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(EraSet.Legacy, await asking);
        await StdioUpstream.UntilGoneAsync(asked);
        Assert.False((await upstream.ConnectAsync(connector, Legacy)).IsModern);
        Assert.Equal(2, upstream.Started);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_that_dies_of_the_question_is_a_legacy_servers()
    {
        await using var upstream = new StdioUpstream();
        var connector = new StdioConnector(StdioUpstream.Command("--unknown", "dies"), upstream, TimeProvider.System);

        Assert.Equal(EraSet.Legacy, await connector.ProbeAsync([], Cancelled));
        Assert.False((await upstream.ConnectAsync(connector, Legacy)).IsModern);

        Assert.Contains("ended 9 by itself", upstream.Log);
        Assert.Equal("hello", await upstream.TextOfAsync("echo", """{"text":"hello"}"""));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_command_that_cannot_be_started_tells_nothing()
    {
        await using var upstream = new StdioUpstream();
        var connector = new StdioConnector(new StdioCommand("/nowhere/at/all", [], new Dictionary<string, string>()), upstream, TimeProvider.System);

        Assert.Equal(EraSet.Unknown, await connector.ProbeAsync([], Cancelled));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(EraSet.Legacy)]
    [InlineData(EraSet.Modern)]
    [InlineData(EraSet.Dual)]
    public async Task What_the_operator_says_is_not_asked(EraSet allowed)
    {
        await using var upstream = new StdioUpstream();
        var connector = new StdioConnector(StdioUpstream.Command(), upstream, TimeProvider.System, allowed);

        Assert.Equal(allowed, await connector.ProbeAsync([], Cancelled));

        Assert.Equal(0, upstream.Started);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("legacy", EraSet.Modern, Legacy, "does not speak 2026-07-28")]
    [InlineData("modern", EraSet.Legacy, Legacy, "refused to initialize")]
    [InlineData("legacy", EraSet.Unknown, Modern, "does not speak 2026-07-28")]
    public async Task A_command_that_speaks_something_else_is_refused_and_leaves_no_process(string era, EraSet allowed, string asked, string says)
    {
        await using var upstream = new StdioUpstream();
        var connector = new StdioConnector(StdioUpstream.Command("--era", era), upstream, TimeProvider.System, allowed);

        var failed = await Assert.ThrowsAsync<UpstreamException>(() => upstream.ConnectAsync(connector, asked));

        Assert.Equal(UpstreamFaultKind.Protocol, failed.Fault.Kind);
        Assert.Contains(says, failed.Fault.Message, StringComparison.Ordinal);
        await StdioUpstream.UntilGoneAsync(upstream.Pid);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_that_was_asked_for_nothing_is_ended()
    {
        var clock = new FakeTimeProvider();
        await using var upstream = new StdioUpstream();
        var connector = new StdioConnector(StdioUpstream.Command("--era", "modern"), upstream, clock);

        await connector.ProbeAsync([], Cancelled);
        var earlier = upstream.Pid;
        await connector.ProbeAsync([], Cancelled);
        var later = upstream.Pid;

        await StdioUpstream.UntilGoneAsync(earlier);
        clock.Advance(TimeSpan.FromSeconds(29.9));
        Assert.True(StdioUpstream.Lives(later));
        clock.Advance(TimeSpan.FromSeconds(0.1));
        await StdioUpstream.UntilGoneAsync(later);
        await upstream.UntilAsync(line => line == "ended 0 closed");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_that_died_while_it_was_kept_is_replaced()
    {
        await using var upstream = new StdioUpstream();
        var connector = new StdioConnector(StdioUpstream.Command(), upstream, TimeProvider.System);
        await connector.ProbeAsync([], Cancelled);
        Process.GetProcessById(upstream.Pid).Kill();

        await upstream.ConnectAsync(connector, Legacy);

        Assert.Equal("hello", await upstream.TextOfAsync("echo", """{"text":"hello"}"""));
        Assert.Equal(2, upstream.Started);
    }
}
