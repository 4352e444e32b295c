namespace EdgeGateway.LoadTests.Engine;

/// <summary>Counts steps that have begun and not ended.</summary>
internal sealed class Outstanding
{
    private readonly TaskCompletionSource _none = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One for whoever may still begin steps, and one for each step (Interlocked).</summary>
    private int _count = 1;

    public void Begin() => Interlocked.Increment(ref _count);

    public void End()
    {
        if (Interlocked.Decrement(ref _count) == 0)
        {
            _none.SetResult();
        }
    }

    /// <summary>To be called once, when no step will begin any more.</summary>
    public Task WhenNoneAsync()
    {
        End();
        return _none.Task;
    }
}
