namespace EdgeGateway.MockUpstream.Mcp;

/// <summary>How the server behaves.</summary>
/// <param name="RoundTrip">How late each thing it sends arrives.</param>
/// <param name="Delay">What a tool call takes.</param>
/// <param name="Jitter">Up to so much is added to a tool call.</param>
/// <param name="Handshake">What initialize takes.</param>
/// <param name="FailEvery">Each so many-th tool call fails; 0: none.</param>
/// <param name="InTurn">A session works on one tool call at a time.</param>
/// <param name="Streams">Tool calls are answered as a stream of events.</param>
/// <param name="Events">Notifications before the answer, in such a stream.</param>
/// <param name="HasSessions">Initialize opens a session, and every other request must name it.</param>
internal sealed record Behaviour(
    TimeSpan RoundTrip,
    TimeSpan Delay,
    TimeSpan Jitter,
    TimeSpan Handshake,
    int FailEvery,
    bool InTurn,
    bool Streams,
    int Events,
    bool HasSessions)
{
    /// <summary>How long this tool call takes.</summary>
    public TimeSpan NextDelay() => Jitter == TimeSpan.Zero ? Delay : Delay + (Jitter * Random.Shared.NextDouble());
}
