using System.Text;

namespace EdgeGateway.MockUpstream.Mcp;

/// <summary>What the server has seen. Written by whichever thread serves (Interlocked); read by `GET /counts`, where a stale figure is fine.</summary>
internal sealed class Counts
{
    private long _connections;
    private long _handshakes;
    private long _deletes;
    private long _calls;
    private long _failed;

    public void Connected() => Interlocked.Increment(ref _connections);

    public void ShookHands() => Interlocked.Increment(ref _handshakes);

    public void Deleted() => Interlocked.Increment(ref _deletes);

    /// <returns>Which call this is, from 1.</returns>
    public long Called() => Interlocked.Increment(ref _calls);

    public void Failed() => Interlocked.Increment(ref _failed);

    /// <summary>From zero again; sessions that are open stay open.</summary>
    public void Reset() => _connections = _handshakes = _deletes = _calls = _failed = 0;

    /// <param name="sessionsOpen">Now.</param>
    /// <param name="callsInSessionMost">The most tool calls that one session had at once since the last reset.</param>
    public byte[] ToJson(int sessionsOpen, int callsInSessionMost) => Encoding.ASCII.GetBytes(
        $$"""
        {"connections":{{_connections}},"handshakes":{{_handshakes}},"sessions_open":{{sessionsOpen}},"deletes":{{_deletes}},
        "calls":{{_calls}},"failed":{{_failed}},"calls_in_session_most":{{callsInSessionMost}}}
        """);
}
