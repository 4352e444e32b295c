using EdgeGateway.TestUpstreams.Http;
using EdgeGateway.TestUpstreams.Messages;
using EdgeGateway.TestUpstreams.Sessions;

namespace EdgeGateway.TestUpstreams;

/// <summary>
/// A hand-written MCP server (Streamable HTTP, 2025-03-26 to 2025-11-25; HTTP+SSE beside it) on 127.0.0.1 that keeps the rules strictly, counts what
/// it sees, and misbehaves when told to.
/// </summary>
public sealed class TestUpstream : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    // Calls that may outlive their connection. Added by each streaming request under its own lock; awaited once, at the end.
    private readonly List<Task> _running = [];

    // Written under the turn.
    private WebApplication? _listener;

    private TestUpstream(TestUpstreamOptions options) => Options = options;

    public TestUpstreamOptions Options { get; }

    /// <summary>The MCP endpoint, e.g. http://127.0.0.1:40001/mcp. It stays the same over stop and start.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>Where clients of 2024-11-05 open their stream. A stateful server only.</summary>
    public Uri SseUrl => new(Url, "/sse");

    /// <summary>What goes wrong now.</summary>
    public FaultBoard Faults { get; } = new();

    /// <summary>What it has seen.</summary>
    public Recorder Recorded { get; } = new();

    /// <summary>Where the <c>slow</c> tool, and <c>sse_progress</c> with <c>wait</c>, stand until it is opened.</summary>
    public Gate Gate { get; } = new();

    /// <summary>The raw JSON the <c>verbatim</c> tool answers with. Written by the test; read by each call.</summary>
    public string VerbatimResult { get; set; } = """{"content":[]}""";

    /// <summary>Sessions opened and neither ended nor forgotten.</summary>
    public int OpenSessions => Sessions.Count;

    /// <summary>Their ids.</summary>
    public IReadOnlyList<string> OpenSessionIds => [.. Sessions.All.Select(session => session.Id)];

    internal SessionTable Sessions { get; } = new();

    /// <summary>Starts one and returns when it listens.</summary>
    public static async Task<TestUpstream> StartAsync(TestUpstreamOptions? options = null, CancellationToken cancellationToken = default)
    {
        var upstream = new TestUpstream(options ?? new TestUpstreamOptions());
        await upstream.ListenAsync(upstream.Options.Port, cancellationToken);
        return upstream;
    }

    /// <summary>Refuses connections and cuts those that are open. Sessions are kept: a network gone, not a restart.</summary>
    public async Task StopListeningAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_listener is not null)
            {
                await Listener.StopAsync(_listener);
                _listener = null;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Listens again, on the same port.</summary>
    public Task StartListeningAsync(CancellationToken cancellationToken = default) => ListenAsync(Url.Port, cancellationToken);

    /// <summary>Forgets every session, as a server does that was restarted. See <see cref="FaultBoard.DeadSessionStatus"/>.</summary>
    public void ForgetSessions() => Recorded.Forgot(Sessions.EndAll());

    /// <summary>Forgets one session. False: there is none with this id.</summary>
    public bool ForgetSession(string sessionId)
    {
        var ended = Sessions.End(sessionId);
        if (ended)
        {
            Recorded.Forgot(1);
        }

        return ended;
    }

    /// <summary>Marks a resource as updated: notifications/resources/updated on the GET stream of each session subscribed to it.</summary>
    public void Touch(string uri)
    {
        foreach (var session in Sessions.All.Where(session => session.Subscriptions.ContainsKey(uri)))
        {
            session.Standalone.Append(Wire.Notification("notifications/resources/updated", $$"""{"uri":{{Wire.Quote(uri)}}}"""));
        }
    }

    /// <summary>notifications/{list}/list_changed on the GET stream of each session.</summary>
    /// <param name="list">tools, prompts or resources.</param>
    public void AnnounceListChanged(string list)
    {
        foreach (var session in Sessions.All)
        {
            session.Standalone.Append(Wire.Notification($"notifications/{list}/list_changed", "{}"));
        }
    }

    /// <summary>Asks each client something on its GET stream, whatever it declared, and leaves it at that.</summary>
    public void AskOnStreams(string method)
    {
        foreach (var session in Sessions.All)
        {
            _ = session.AskAsync(session.Standalone, method, "{}", CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Gate.Open();
        Faults.Clear();
        await StopListeningAsync(CancellationToken.None);
        Sessions.EndAll();
        Task running;
        lock (_running)
        {
            running = Task.WhenAll(_running);
        }

        await running;
        _turn.Dispose();
    }

    /// <summary>Keeps a call that runs apart from its connection, and forgets those that ended well.</summary>
    internal void Track(Task call)
    {
        lock (_running)
        {
            _running.RemoveAll(earlier => earlier.IsCompletedSuccessfully);
            _running.Add(call);
        }
    }

    private async Task ListenAsync(int port, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_listener is null)
            {
                (_listener, Url) = await Listener.StartAsync(this, port, cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }
}
