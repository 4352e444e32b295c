namespace EdgeGateway.Pooling.Benchmarks.Measuring;

/// <summary>
/// More workers than items, here one: whoever releases hands it to somebody who waits. The workers are tasks, so that what is measured
/// includes waking the next one, as in the gateway.
/// </summary>
/// <param name="name">Of the row.</param>
/// <param name="workers">How many take turns.</param>
/// <param name="canLeave">Whether each brings a token that could fire, as a request does.</param>
/// <param name="work">One worker: acquires, takes a turn, releases, until the turns are used up.</param>
internal sealed class HandOff(string name, int workers, bool canLeave, Func<Turns, CancellationToken, Task> work) : Row(name)
{
    /// <summary>A pool that forgets a waiter would hang the program; a batch takes well below a second.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public override Batch Run(int operations)
    {
        var turns = new Turns(operations, workers);
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        Task[] running = [.. Enumerable.Range(0, workers).Select(_ => Task.Run(() => WorkAsync(turns)))];
        if (!Task.WaitAll(running, Patience))
        {
            throw new TimeoutException($"{Name}: a worker was not served within {Patience.TotalSeconds:0} s");
        }

        return Batch.Of(turns.Began, turns.Ended, GC.GetTotalAllocatedBytes(precise: true) - bytes, operations);
    }

    private async Task WorkAsync(Turns turns)
    {
        using var leaving = canLeave ? new CancellationTokenSource() : null;
        turns.Join();
        await work(turns, leaving?.Token ?? CancellationToken.None);
    }
}
