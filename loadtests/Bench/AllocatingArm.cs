using EdgeGateway.LoadTests.Client;

namespace EdgeGateway.LoadTests.Bench;

/// <summary>A process that tells how much it has allocated, under bursts of calls.</summary>
internal sealed class AllocatingArm : IAsyncDisposable
{
    private readonly CountedCalls _calls;
    private readonly Func<Task<double>> _allocated;
    private readonly List<double> _perCall = [];
    private readonly List<string> _failures = [];

    private AllocatingArm(string name, CountedCalls calls, Func<Task<double>> allocated) => (Name, _calls, _allocated) = (name, calls, allocated);

    public string Name { get; }

    public Spread PerCall => Spread.Of(_perCall);

    public IReadOnlyList<string> Failures => _failures;

    /// <param name="name">As tables have it.</param>
    /// <param name="target">What is called.</param>
    /// <param name="clients">At once.</param>
    /// <param name="allocated">Bytes the process has allocated so far.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    public static async Task<AllocatingArm> EnterAsync(
        string name, McpTarget target, int clients, Func<Task<double>> allocated, CancellationToken cancellationToken) =>
        new(name, await CountedCalls.EnterAsync(target, clients, cancellationToken), allocated);

    /// <summary>Asking costs bytes too: what a question takes is asked first, and taken off.</summary>
    public async Task MeasureAsync(int calls, bool isRecorded)
    {
        await _allocated();
        var first = await _allocated();
        var before = await _allocated();
        _failures.AddRange(await _calls.CallAsync(calls));
        var after = await _allocated();
        if (isRecorded)
        {
            _perCall.Add(PerCallOf(first, before, after, calls));
        }
    }

    /// <param name="first">Read before everything.</param>
    /// <param name="before">Read again, with nothing in between but the reading.</param>
    /// <param name="after">Read after the calls.</param>
    /// <param name="calls">How many.</param>
    public static double PerCallOf(double first, double before, double after, int calls) => (after - before - (before - first)) / calls;

    public Spread Beyond(AllocatingArm anchor) => Spread.Of(_perCall.Zip(anchor._perCall, (own, other) => own - other));

    public ValueTask DisposeAsync() => _calls.DisposeAsync();
}
