namespace EdgeGateway.Pooling.Stats;

/// <summary>The pool's health as one number, 100·A·S·Q (pool.md section 5).</summary>
internal static class HealthScore
{
    /// <param name="availability">A: ready ÷ desired, at most 1; 1 where desired does not apply.</param>
    /// <param name="successRate">S: of the server's own outcomes in the last 60 s.</param>
    /// <param name="acquisitions">In the last 60 s.</param>
    /// <param name="timeouts">In the last 60 s.</param>
    /// <param name="breakerOpen">No endpoint may be tried.</param>
    public static int Of(double availability, double successRate, long acquisitions, long timeouts, bool breakerOpen)
    {
        if (breakerOpen)
        {
            return 0;
        }

        var asked = acquisitions + timeouts;
        var queue = asked == 0 ? 1 : 1 - Math.Min(0.5, 5.0 * timeouts / asked);
        return (int)Math.Round(100 * Math.Min(1, availability) * successRate * queue);
    }
}
