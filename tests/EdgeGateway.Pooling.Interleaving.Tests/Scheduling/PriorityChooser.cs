namespace EdgeGateway.Pooling.Tests.Scheduling;

/// <summary>
/// PCT (Burckhardt et al., ASPLOS 2010): the strand of the highest priority runs until it has to wait; at a few points, drawn beforehand,
/// whoever runs falls behind all others. Most races need no more than one or two such points.
/// </summary>
internal sealed class PriorityChooser : IChooser
{
    private readonly Random _random;
    private readonly HashSet<int> _changes = [];
    private readonly List<int> _priorities = [];
    private int _step;
    private int _lowest;

    public PriorityChooser(Random random)
    {
        _random = random;

        // How long a schedule will be is not known before it has run, and a seed must not depend on earlier ones: so the length is drawn too.
        var length = 16 << random.Next(5);
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            _changes.Add(random.Next(length));
        }
    }

    public int Next(ReadOnlySpan<int> canRun, int current)
    {
        while (_priorities.Count <= canRun[^1] || _priorities.Count <= current)
        {
            _priorities.Add(_random.Next(1, int.MaxValue));
        }

        if (current >= 0 && _changes.Contains(_step++))
        {
            _priorities[current] = --_lowest;
        }

        var next = canRun[0];
        foreach (var strand in canRun)
        {
            next = _priorities[strand] > _priorities[next] ? strand : next;
        }

        return next;
    }
}
