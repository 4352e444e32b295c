using EdgeGateway.LoadTests.Client;

namespace EdgeGateway.LoadTests.Bench;

/// <summary>
/// Calls that go on beside those that are measured, and are not measured themselves. They come at random (a Poisson process), so that they fall
/// into step with no strategy's turns; and at the same moments in each run, so that every arm has the same of them.
/// </summary>
/// <param name="target">Where they go.</param>
/// <param name="callOf">The call of a client, by its number: one client has one call at a time.</param>
/// <param name="perSecond">How many come, on average.</param>
internal sealed class BackgroundCalls(McpTarget target, Func<int, PreparedCall> callOf, double perSecond)
{
    private const int Seed = 20260728;

    // Written by the one who paces, and by calls that end, under the lock.
    private readonly Lock _lock = new();
    private readonly Stack<(McpConnection Connection, PreparedCall Call)> _free = new();
    private readonly List<Task> _running = [];

    private CancellationTokenSource? _ends;
    private Task _pacing = Task.CompletedTask;
    private int _clients;
    private long _failed;

    /// <summary>Over all runs.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    public Task BeginAsync(CancellationToken cancellationToken)
    {
        _ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _pacing = PaceAsync(_ends.Token);
        return Task.CompletedTask;
    }

    /// <summary>Returns when the last one is answered.</summary>
    public async Task EndAsync()
    {
        await _ends!.CancelAsync();
        await _pacing;
        await Task.WhenAll(_running);
        _running.Clear();
        while (_free.TryPop(out var client))
        {
            await client.Connection.DisposeAsync();
        }
    }

    private async Task PaceAsync(CancellationToken ends)
    {
        var random = new Random(Seed);
        var due = TimeProvider.System.GetTimestamp();
        while (true)
        {
            due += (long)(-Math.Log(1 - random.NextDouble()) / perSecond * TimeProvider.System.TimestampFrequency);
            var wait = TimeProvider.System.GetElapsedTime(TimeProvider.System.GetTimestamp(), due);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, ends).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (ends.IsCancellationRequested)
            {
                return;
            }

            _running.RemoveAll(call => call.IsCompleted);
            _running.Add(CallAsync());
        }
    }

    private async Task CallAsync()
    {
        (McpConnection Connection, PreparedCall Call) client;
        lock (_lock)
        {
            if (!_free.TryPop(out client))
            {
                client = (new McpConnection(target), callOf(_clients++));
            }
        }

        var result = await client.Connection.SendAsync(client.Call);
        if (!result.IsOk)
        {
            Interlocked.Increment(ref _failed);
        }

        lock (_lock)
        {
            _free.Push(client);
        }
    }
}
