using EdgeGateway.Pooling;

namespace EdgeGateway.ControlPlane.Metrics;

/// <summary>The strategy that fits what a pool does, by the rules of api.md (pool/optimize); the first that applies decides.</summary>
/// <param name="Recommended">May be the current one.</param>
/// <param name="Reason">For people; names the figures that decided.</param>
/// <param name="Confidence">0–1; grows with the number of samples the rule looked at.</param>
internal sealed record StrategyAdvice(PoolStrategy Recommended, string Reason, double Confidence)
{
    /// <summary>Below this a rate or a percentile says nothing; pool/stats has the same limit.</summary>
    public const int FewestSamples = 10;

    private const double FailureRateMax = 0.10;
    private const double SpreadMax = 5;
    private const double MeanMsMax = 1000;

    /// <summary>As many samples make a confidence of a half.</summary>
    private const double HalfSure = 100;

    public static StrategyAdvice Of(StrategyEvidence evidence) =>
        State(evidence) ?? Failures(evidence) ?? Durations(evidence) ?? Even(evidence);

    private static StrategyAdvice? State(StrategyEvidence evidence)
    {
        if (!evidence.StateSeen)
        {
            return null;
        }

        // One handshake proves it; calls only show that it matters.
        return new(
            PoolStrategy.Sticky,
            $"The upstream keeps state per session, as its handshake shows; {Number(evidence.Bound, "session is", "sessions are")} bound to a client now. "
            + "Sticky brings a caller back to the session that holds its state.",
            0.5 + (Sure(evidence.Past.Acquisitions) / 2));
    }

    private static StrategyAdvice? Failures(StrategyEvidence evidence) =>
        IsFailing(evidence) && evidence.Endpoints > 1
            ? new(
                PoolStrategy.Weighted,
                $"{Failing(evidence)}, more than 10 %. With {evidence.Endpoints} endpoints, weighted sends less to those that fail and to those you give less weight.",
                Sure(evidence.Past.Outcomes))
            : null;

    private static StrategyAdvice? Durations(StrategyEvidence evidence)
    {
        var uses = evidence.Past.Uses;
        if (uses.Count < FewestSamples)
        {
            return null;
        }

        var because = evidence.Spread > SpreadMax ? $"{Spread(evidence)}, more than 5 times"
            : uses.MeanMs > MeanMsMax ? $"Calls take {Milliseconds(uses.MeanMs)} on average, more than 1 s"
            : null;
        return because is null ? null : new(
            PoolStrategy.LeastConnections,
            $"{because} ({Number(uses.Count, "call", "calls")}{Alone(evidence)}). Least connections keeps short calls from waiting behind long ones.",
            Sure(uses.Count));
    }

    private static StrategyAdvice Even(StrategyEvidence evidence)
    {
        var uses = evidence.Past.Uses;
        if (uses.Count >= FewestSamples)
        {
            return new(
                PoolStrategy.RoundRobin,
                $"Calls are even: {Spread(evidence)}, {Milliseconds(uses.MeanMs)} on average ({Number(uses.Count, "call", "calls")}{Alone(evidence)}). Taking turns is enough.",
                Sure(uses.Count));
        }

        return new(
            PoolStrategy.RoundRobin,
            evidence.IsTimed
                ? $"Too few samples: {Number(uses.Count, "call has", "calls have")} ended in the last hour, and {FewestSamples} are the least that say something{Alone(evidence)}. Round robin is right until there are more."
                : $"Durations are not measured while SESSION_POOL_METRICS_ENABLED=false, so there are too few samples to tell{Alone(evidence)}. Round robin is right until there are some.",
            Sure(uses.Count));
    }

    private static bool IsFailing(StrategyEvidence evidence) => evidence.Past.Outcomes >= FewestSamples && evidence.FailureRate > FailureRateMax;

    private static string Failing(StrategyEvidence evidence) =>
        FormattableString.Invariant($"{evidence.FailureRate * 100:0.#} % of {evidence.Past.Outcomes} answers were failures");

    /// <summary>Failures no strategy can help against.</summary>
    private static string Alone(StrategyEvidence evidence) =>
        IsFailing(evidence) ? $"; {Failing(evidence)}, but there is no second endpoint to turn to" : "";

    private static string Spread(StrategyEvidence evidence)
    {
        var use = evidence.Past.Uses.Percentiles();
        return FormattableString.Invariant($"p99 of use is {use.P99:0.###} ms and p50 {use.P50:0.###} ms, {evidence.Spread:0.#} times as long");
    }

    private static string Milliseconds(double value) => FormattableString.Invariant($"{value:0.###} ms");

    private static string Number(long count, string one, string many) => count == 1 ? $"1 {one}" : $"{count} {many}";

    private static double Sure(long samples) => samples / (samples + HalfSure);
}
