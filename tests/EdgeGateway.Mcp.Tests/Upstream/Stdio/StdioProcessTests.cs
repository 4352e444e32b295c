using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Mcp.Upstream.Stdio;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Mcp.Tests.Upstream.Stdio;

/// <summary>How processes begin, live and end.</summary>
public sealed class StdioProcessTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_process_that_dies_during_a_call_fails_it_and_is_a_session_gone()
    {
        await using var upstream = await StdioUpstream.StartAsync();
        await using var stream = await upstream.Session.OpenStreamAsync(null, [], Cancelled);

        await using var reply = await upstream.CallAsync("die");

        Assert.Equal(UpstreamFaultKind.ConnectionLost, reply.Fault!.Kind);
        Assert.Contains("exit code 7", reply.Fault.Message, StringComparison.Ordinal);
        await upstream.UntilAsync(line => line == "ended 7 by itself");
        Assert.Equal(ReplyKind.SessionGone, (await upstream.CallAsync("echo")).Kind);
        Assert.Equal(ReplyKind.SessionGone, await upstream.Session.PingAsync(Cancelled));
        Assert.Equal(ReplyKind.SessionGone, (await upstream.Session.OpenStreamAsync(null, [], Cancelled)).Kind);
        await Assert.ThrowsAsync<UpstreamException>(async () =>
        {
            await using var events = stream.ReadEventsAsync(Cancelled).GetAsyncEnumerator(Cancelled);
            await events.MoveNextAsync();
        });
    }

    [Fact(Timeout = 60_000)]
    public async Task Lines_that_are_no_messages_are_logged_and_passed_over()
    {
        await using var upstream = await StdioUpstream.StartAsync("--banner");

        await using var reply = await upstream.CallAsync("say", """{"text":"half {\"a\":"}""");

        Assert.Equal("said", StdioUpstream.Text(await StdioUpstream.BodyAsync(reply)));
        Assert.Contains("no message Welcome to the test upstream, version 1!", upstream.Log);
        Assert.Contains("no message {\"this\": \"is JSON, but no message\"}", upstream.Log);
        Assert.Contains("no message half {\"a\":", upstream.Log);
    }

    [Fact(Timeout = 60_000)]
    public async Task Standard_error_goes_to_the_log_line_by_line_and_not_too_fast()
    {
        await using var upstream = await StdioUpstream.StartAsync(new FakeTimeProvider(), "{}");

        await upstream.TextOfAsync("mutter", """{"text":"careful \u001b[31m now"}""");
        await upstream.UntilAsync(line => line == "said careful [31m now");
        await upstream.TextOfAsync("mutter", """{"text":"line","times":150}""");
        await upstream.TextOfAsync("mutter", $$"""{"text":"{{new string('z', 3000)}}"}""");
        await upstream.Session.CloseAsync(Cancelled);
        await upstream.UntilAsync(line => line.StartsWith("ended", StringComparison.Ordinal));

        Assert.Contains("said line 99", upstream.Log);
        Assert.DoesNotContain("said line 100", upstream.Log);
        Assert.Contains("left out 52", upstream.Log);
    }

    [Fact(Timeout = 60_000)]
    public async Task Closing_ends_the_process_and_what_it_started()
    {
        await using var upstream = await StdioUpstream.StartAsync();
        var grandchild = int.Parse(await upstream.TextOfAsync("child"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(StdioUpstream.Lives(grandchild));

        await upstream.Session.CloseAsync(Cancelled);

        await upstream.UntilAsync(line => line == "ended 0 closed");
        Assert.False(StdioUpstream.Lives(upstream.Pid));
        await StdioUpstream.UntilGoneAsync(grandchild);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_process_started_does_not_outlive_it_when_it_dies()
    {
        await using var upstream = await StdioUpstream.StartAsync();
        var grandchild = int.Parse(await upstream.TextOfAsync("child"), System.Globalization.CultureInfo.InvariantCulture);

        await using var reply = await upstream.CallAsync("die", id: "2");

        Assert.Equal(ReplyKind.Fault, reply.Kind);
        await StdioUpstream.UntilGoneAsync(grandchild);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_that_heeds_nothing_is_killed()
    {
        var clock = new FakeTimeProvider();
        await using var upstream = await StdioUpstream.StartAsync(clock, "{}", "--stubborn");

        var closing = upstream.Session.CloseAsync(Cancelled).AsTask();
        while (!closing.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await closing;
        await upstream.UntilAsync(line => line == "ended 137 closed");
        Assert.False(StdioUpstream.Lives(upstream.Pid));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_sees_PATH_HOME_LANG_and_what_is_configured_and_nothing_else()
    {
        Environment.SetEnvironmentVariable("EDGE_GATEWAY_TEST_SECRET", "not for children");
        await using var upstream = new StdioUpstream();
        var configured = new Dictionary<string, string>(StdioUpstream.Runtime) { ["GREETING"] = "grüß\n=Gott", ["HOME"] = "/nowhere" };
        await upstream.ConnectAsync(new StdioCommand(StdioUpstream.Program, ["--stdio"], StdioCommand.EnvironmentOf(configured)));

        var seen = await upstream.TextOfAsync("env");

        Assert.Contains("GREETING=grüß\n=Gott", seen, StringComparison.Ordinal);
        Assert.Contains("HOME=/nowhere", seen, StringComparison.Ordinal);
        Assert.Contains($"PATH={Environment.GetEnvironmentVariable("PATH")}", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("EDGE_GATEWAY_TEST_SECRET", seen, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task No_shell_reads_the_arguments()
    {
        var trace = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        string[] arguments = [$"$(touch {trace})", $"`touch {trace}`", $"; touch {trace}", "two words", "*", "", "\"'\\", "a\nb"];
        await using var upstream = await StdioUpstream.StartAsync(arguments);

        Assert.Equal(string.Join('\n', ["--stdio", .. arguments]), await upstream.TextOfAsync("args"));
        Assert.False(File.Exists(trace));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("/nowhere/at/all", UpstreamFaultKind.Refused, "does not exist")]
    [InlineData("no-such-command-anywhere", UpstreamFaultKind.Refused, "does not exist")]
    [InlineData("bin/relative", UpstreamFaultKind.Refused, "does not exist")]
    [InlineData("/etc/passwd", UpstreamFaultKind.Refused, "not executable")]
    [InlineData("/etc", UpstreamFaultKind.Refused, "does not exist")]
    [InlineData("true", UpstreamFaultKind.ConnectionLost, "ended")]
    public async Task A_command_that_cannot_serve_says_why(string program, UpstreamFaultKind kind, string says)
    {
        await using var upstream = new StdioUpstream();
        var command = new StdioCommand(program, [], StdioCommand.EnvironmentOf(new Dictionary<string, string>()));

        var failed = await Assert.ThrowsAsync<UpstreamException>(() => upstream.ConnectAsync(command));

        Assert.Equal(kind, failed.Fault.Kind);
        Assert.Contains(says, failed.Fault.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_script_without_an_interpreter_is_not_given_to_a_shell()
    {
        var script = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await File.WriteAllTextAsync(script, $"touch {script}.trace\n", Cancelled);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        await using var upstream = new StdioUpstream();

        var failed = await Assert.ThrowsAsync<UpstreamException>(() => upstream.ConnectAsync(new StdioCommand(script, [], new Dictionary<string, string>())));

        Assert.Contains("first line such as #!", failed.Fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(script + ".trace"));
        File.Delete(script);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_handshake_given_up_leaves_no_process_behind()
    {
        await using var upstream = new StdioUpstream();
        using var patience = new CancellationTokenSource();
        var opening = upstream.ConnectAsync(new StdioCommand("sleep", ["3600"], StdioCommand.EnvironmentOf(new Dictionary<string, string>())), cancelled: patience.Token);
        Assert.True(StdioUpstream.Lives(upstream.Pid));

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
        await StdioUpstream.UntilGoneAsync(upstream.Pid);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_line_without_end_fails_the_call_and_not_the_session()
    {
        await using var upstream = await StdioUpstream.StartAsync();

        await using var reply = await upstream.CallAsync("long", $$"""{"times":{{64 * 1024 * 1024}}}""");

        Assert.Equal(UpstreamFaultKind.Protocol, reply.Fault!.Kind);
        Assert.Contains("64 MiB", reply.Fault.Message, StringComparison.Ordinal);
        Assert.Equal("still here", await upstream.TextOfAsync("echo", """{"text":"still here"}"""));
    }
}
