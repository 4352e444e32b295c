namespace EdgeGateway.Pooling.Maintenance;

/// <summary>Where the pool's background work runs. The thread pool in production; a queue that a test steps through in proofs.</summary>
internal interface IWorkQueue
{
    void Queue(Func<Task> work);
}

/// <summary>The thread pool.</summary>
internal sealed class ThreadPoolQueue : IWorkQueue
{
    public static ThreadPoolQueue Instance { get; } = new();

    public void Queue(Func<Task> work) => ThreadPool.UnsafeQueueUserWorkItem(static run => _ = RunAsync(run), work, preferLocal: false);

    // What is thrown before the first await must not take the process down either.
    private static async Task RunAsync(Func<Task> work) => await work();
}
