using EdgeGateway.Pooling.Maintenance;

namespace EdgeGateway.Pooling.Tests.Scheduling;

/// <summary>
/// The pool's background work, and whatever goes on after an await: done by strands of the schedule instead of the thread pool, so that its
/// steps are the seed's to order as well.
/// </summary>
internal sealed class Background : SynchronizationContext, IWorkQueue
{
    private readonly Queue<Action> _waiting = new();
    private readonly List<Task> _started = [];

    public bool IsEmpty => _waiting.Count == 0;

    public void Queue(Func<Task> work) => _waiting.Enqueue(() => _started.Add(work()));

    public override void Post(SendOrPostCallback d, object? state) => _waiting.Enqueue(() => d(state));

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>A strand that works until the others have ended and nothing is left.</summary>
    public void Work(Schedule schedule, Func<bool> haveOthersEnded)
    {
        for (; ; )
        {
            schedule.Until(() => !IsEmpty || haveOthersEnded());
            if (IsEmpty)
            {
                return;
            }

            _waiting.Dequeue()();
        }
    }

    /// <summary>Outside a schedule: everything at once.</summary>
    public void Run() => Within(() =>
    {
        while (_waiting.TryDequeue(out var work))
        {
            work();
        }
    });

    /// <summary>What is awaited in there goes on here.</summary>
    public void Within(Action body)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            body();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Throws what a piece of work threw.</summary>
    public void Check()
    {
        foreach (var task in _started)
        {
            Assert.True(task.IsCompleted, "background work has not ended");
            task.GetAwaiter().GetResult();
        }
    }
}
