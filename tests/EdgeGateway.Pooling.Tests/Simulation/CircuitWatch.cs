namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>
/// pool.md section 5, correlated failure, from what the pool tells of itself: a success rate sends an endpoint away, but never the last that
/// serves; nobody is served by one that is away, but who is bound to it; and who is bound never loses a session for its faults.
/// </summary>
internal sealed class CircuitWatch
{
    /// <summary>Half of the first pause: its jitter leaves at least that much.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(0.5);

    private readonly Dictionary<int, (TimeSpan At, bool IsForItsRate)> _opened = [];

    public required SimulatedPool Pool { get; init; }

    public required Ledger Ledger { get; init; }

    /// <summary>How often an endpoint was sent away for its rate, and let in again because no other did better.</summary>
    public int Trips { get; private set; }

    public int Readmissions { get; private set; }

    /// <summary>The pool tells.</summary>
    public void Sees(PoolEvent happened)
    {
        switch (happened.Kind)
        {
            case "circuit_open":
                var isForItsRate = happened.Reason.Contains("too low", StringComparison.Ordinal);
                _opened[happened.Endpoint] = (Pool.Time.Now, isForItsRate);
                Trips += isForItsRate ? 1 : 0;
                Assert.True(!isForItsRate || Pool.Upstream.Endpoints > 1, "the only endpoint is sent away for its rate");
                break;
            case "circuit_closed":
                Assert.True(_opened.Remove(happened.Endpoint), $"endpoint {happened.Endpoint} is let in, and was not away");
                Readmissions++;
                break;
        }

        Assert.True(
            happened.Reason != "too many faults" || !Ledger.Bindings.Any(binding => !binding.Ended.IsCancellationRequested && IsMeant(binding.Session, happened)),
            $"{happened.Session} is bound, and is ejected");
    }

    /// <summary>Another connection: nothing is known of its endpoints.</summary>
    public void Forget() => _opened.Clear();

    /// <summary>A session that is not bound is leased.</summary>
    public void Took(SimulatedSession session) => Assert.True(
        Ledger.IsDirect || !_opened.TryGetValue(session.Endpoint, out var opened) || Pool.Time.Now <= opened.At + Ledger.Grain || Pool.Time.Now >= opened.At + ShortestPause,
        $"{session} serves, and its endpoint has just been sent away");

    /// <summary>After every step.</summary>
    public void Check() => Assert.True(
        Pool.Stats.Circuit != CircuitState.Open || !_opened.Values.Any(opened => opened.IsForItsRate),
        "nobody is served, though an endpoint that was sent away for its rate would answer some");

    private static bool IsMeant(SimulatedSession session, PoolEvent happened) => session.DisplayId == happened.Session && session.DisplayId != "same";
}
