namespace EdgeGateway.Pooling.Benchmarks.Measuring;

/// <summary>A candidate's batches, one of each round.</summary>
internal sealed class Series(string name)
{
    private readonly List<Batch> _batches = [];
    private readonly List<double> _cores = [];

    public string Name { get; } = name;

    public int Rounds => _batches.Count;

    public double Median => MedianOf(_batches.Select(batch => batch.Nanoseconds));

    public double Min => _batches.Min(batch => batch.Nanoseconds);

    public double Max => _batches.Max(batch => batch.Nanoseconds);

    public double Bytes => MedianOf(_batches.Select(batch => batch.Bytes));

    /// <summary>Whether it allocates nothing per operation. A thread's first wait for a lock allocates too, once; that is far below this.</summary>
    public bool IsFreeOfAllocations => Bytes < 0.05;

    /// <summary>
    /// Cores the program had meanwhile. Two threads that had but one took turns: such a figure says what one thread's does, not what happens
    /// when two meet.
    /// </summary>
    public double Cores => MedianOf(_cores);

    public void Add(Batch batch, double cores)
    {
        _batches.Add(batch);
        _cores.Add(cores);
    }

    /// <summary>Its time as a multiple of another's, round by round, then the median of these.</summary>
    public double RatioTo(Series anchor) =>
        MedianOf(_batches.Zip(anchor._batches, (own, other) => own.Nanoseconds / other.Nanoseconds));

    private static double MedianOf(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
