using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Mcp.Upstream.Stdio;

namespace EdgeGateway.Mcp.Tests.Upstream.Stdio;

/// <summary>A session with the test upstream's stdio mode, and what its process said.</summary>
internal sealed class StdioUpstream : IStdioLog, IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _log = new();
    private UpstreamSession? _session;

    public UpstreamSession Session => _session!;

    public IReadOnlyCollection<string> Log => _log;

    /// <summary>The last process's.</summary>
    public int Pid { get; private set; }

    /// <summary>Processes so far.</summary>
    public int Started { get; private set; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The program that the tests' project references.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "EdgeGateway.TestUpstreams");

    /// <summary>Where the program finds the runtime, whatever environment it gets.</summary>
    public static Dictionary<string, string> Runtime { get; } = new()
    {
        ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")),
    };

    public static Task<StdioUpstream> StartAsync(params string[] args) => StartAsync(TimeProvider.System, "{}", args);

    public static async Task<StdioUpstream> StartAsync(TimeProvider clock, string capabilities, params string[] args)
    {
        var upstream = new StdioUpstream();
        await upstream.ConnectAsync(Command(args), clock, capabilities);
        return upstream;
    }

    /// <summary>The command with these arguments.</summary>
    public static StdioCommand Command(params string[] args) => new(Program, ["--stdio", .. args], StdioCommand.EnvironmentOf(Runtime));

    /// <summary>A session of revision 2026-07-28.</summary>
    public static async Task<StdioUpstream> StartModernAsync()
    {
        var upstream = new StdioUpstream();
        await upstream.ConnectAsync(new StdioConnector(Command("--era", "modern"), upstream, TimeProvider.System), "2026-07-28");
        return upstream;
    }

    /// <summary>Opens a session; the one before it, if any, is left alone.</summary>
    public async Task<UpstreamSession> ConnectAsync(StdioConnector connector, string version) =>
        _session = await connector.ConnectAsync(new Handshake(version, "{}", []), Cancelled);

    public async Task ConnectAsync(StdioCommand command, TimeProvider? clock = null, string capabilities = "{}", CancellationToken? cancelled = null) =>
        _session = await new StdioConnector(command, this, clock ?? TimeProvider.System)
            .ConnectAsync(new Handshake("2025-11-25", capabilities, []), cancelled ?? Cancelled);

    public async Task<UpstreamReply> PostAsync(string message) => await Session.PostAsync(Encoding.UTF8.GetBytes(message), [], Cancelled);

    public Task<UpstreamReply> CallAsync(string tool, string arguments = "{}", string id = "1", string meta = "{}") => PostAsync(
        $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}},"_meta":{{{meta}}}}}""");

    /// <summary>The text a tool answers with; nothing may come before its answer.</summary>
    public async Task<string> TextOfAsync(string tool, string arguments = "{}", string id = "1")
    {
        await using var reply = await CallAsync(tool, arguments, id, Session.IsModern ? """{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}""" : "{}");
        return Text(await BodyAsync(reply));
    }

    public static async Task<JsonNode> BodyAsync(UpstreamReply reply)
    {
        Assert.True(reply.Kind == ReplyKind.Json, $"{reply.Kind} {reply.Fault}");
        return (await JsonNode.ParseAsync(reply.Body, cancellationToken: Cancelled))!;
    }

    public static string Text(JsonNode answer) => (string)answer["result"]!["content"]![0]!["text"]!;

    /// <summary>Waits for a line of the log; the test's own timeout is the limit.</summary>
    public async Task UntilAsync(Func<string, bool> wanted)
    {
        while (!_log.Any(wanted))
        {
            Cancelled.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Whether there is such a process that is not dead already.</summary>
    public static bool Lives(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Split(')')[^1].Trim()[0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    public static async Task UntilGoneAsync(int pid)
    {
        while (Lives(pid))
        {
            Cancelled.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_session is not null)
        {
            await _session.CloseAsync(new CancellationToken(canceled: true));
        }
    }

    void IStdioLog.Started(int pid) => (Pid, Started) = (pid, Started + 1);

    void IStdioLog.Said(int pid, string line) => _log.Enqueue($"said {line}");

    void IStdioLog.SaidTooMuch(int pid, int lines) => _log.Enqueue($"left out {lines}");

    void IStdioLog.NotAMessage(int pid, string line) => _log.Enqueue($"no message {line}");

    void IStdioLog.Dropped(int pid, string what) => _log.Enqueue($"dropped {what}");

    void IStdioLog.Ended(int pid, int exitCode, bool wanted) => _log.Enqueue($"ended {exitCode} {(wanted ? "closed" : "by itself")}");
}
