namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>The last steps of a simulation, to be read when it broke; and a mark of all of them, by which two runs are told apart.</summary>
internal sealed class Trail(SimulatedTime time)
{
    /// <summary>A burst and what it led to.</summary>
    private const int Last = 80;
    private readonly (TimeSpan At, string Step)[] _steps = new (TimeSpan, string)[Last];
    private long _count;

    public ulong Mark { get; private set; } = 0xCBF29CE484222325;

    public void Note(string step)
    {
        _steps[_count++ % Last] = (time.Now, step);
        Mark = (Mark ^ (ulong)time.Now.Ticks) * 0x100000001B3;
        foreach (var c in step)
        {
            Mark = (Mark ^ c) * 0x100000001B3;
        }
    }

    public override string ToString() =>
        string.Join('\n', Enumerable.Range(0, (int)Math.Min(_count, Last)).Select(i => _steps[(Math.Max(0, _count - Last) + i) % Last]).Select(s => $"… {s.At:d\\.hh\\:mm\\:ss\\.ffff} {s.Step}"));
}
