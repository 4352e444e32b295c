namespace EdgeGateway.Pooling.Benchmarks.Candidates;

/// <summary>What all pools hold.</summary>
internal sealed class Item(int number) : IPooledSession
{
    /// <summary>In every pool: more than threads, so that nobody waits where nobody is to wait.</summary>
    public const int Count = 8;

    public int Number { get; } = number;

    public string DisplayId => $"item {Number}";

    public bool IsStateful => true;

    public static IEnumerable<Item> Some() => Enumerable.Range(1, Count).Select(number => new Item(number));

    public ValueTask<ProbeResult> ProbeAsync(CancellationToken cancellationToken) => new(ProbeResult.Alive);

    public ValueTask CloseAsync(CancellationToken cancellationToken) => default;
}
