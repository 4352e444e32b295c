using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Scheduling;

/// <summary>Which configurations a request may have met: while one is being applied, the old and the new.</summary>
internal sealed class Rules(PoolOptions first)
{
    private readonly List<(PoolOptions Options, int From, int Until)> _all = [(first, 0, int.MaxValue)];

    /// <summary>A change begins: the new configuration may be in force from now on.</summary>
    public void Change(PoolOptions options, int now) => _all.Add((options, now, int.MaxValue));

    /// <summary>The change has returned: what was in force before is not any more.</summary>
    public void Changed(PoolOptions options, int now)
    {
        for (var index = 0; index < _all.Count; index++)
        {
            if (_all[index].Until == int.MaxValue && !ReferenceEquals(_all[index].Options, options))
            {
                _all[index] = _all[index] with { Until = now };
            }
        }
    }

    /// <summary>In force at some time between the two, both included.</summary>
    public IEnumerable<PoolOptions> Between(int began, int ended) => _all.Where(rule => rule.From <= ended && began <= rule.Until).Select(rule => rule.Options);

    public static bool Shares(PoolOptions options, FakeSession session) =>
        options.Isolation == Isolation.Shared || (options.Isolation == Isolation.Auto && !session.IsStateful);
}
