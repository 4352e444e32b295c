namespace EdgeGateway.Pooling.Tests.Scheduling;

/// <summary>Lets a thread wait until another hands over to it. Does not spin: the one it waits for may need the only core.</summary>
internal sealed class Baton : IDisposable
{
    private readonly AutoResetEvent _passed = new(false);

    public void Pass() => _passed.Set();

    public void Wait() => _passed.WaitOne();

    /// <summary>False when nobody passed it within the limit.</summary>
    public bool Wait(TimeSpan limit) => _passed.WaitOne(limit);

    public void Dispose() => _passed.Dispose();
}
