using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Bench;

/// <summary>When each call of a burst was served.</summary>
internal sealed class BurstResult
{
    private readonly Lock _lock = new();
    private readonly List<double> _served = [];

    /// <summary>Milliseconds from the beginning to each answer, in order.</summary>
    public IReadOnlyList<double> Served => _served;

    public long Failed { get; private set; }

    /// <summary>Why the last one that failed did.</summary>
    public string? FailureReason { get; private set; }

    /// <summary>Until the last one.</summary>
    public double AllServed => _served.Count == 0 ? double.PositiveInfinity : _served[^1];

    /// <summary>Until half of those that were served were.</summary>
    public double HalfServed => _served.Count == 0 ? double.PositiveInfinity : _served[(_served.Count - 1) / 2];

    public void Add(StepResult result, TimeSpan at)
    {
        lock (_lock)
        {
            if (result.IsOk)
            {
                // Who ended first may come here second.
                var milliseconds = at.TotalMilliseconds;
                var place = _served.BinarySearch(milliseconds);
                _served.Insert(place < 0 ? ~place : place, milliseconds);
            }
            else
            {
                Failed++;
                FailureReason = result.FailureReason;
            }
        }
    }
}
