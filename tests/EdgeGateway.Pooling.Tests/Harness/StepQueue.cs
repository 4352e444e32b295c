using EdgeGateway.Pooling.Maintenance;

namespace EdgeGateway.Pooling.Tests.Harness;

/// <summary>Background work that runs when the test says so, on the test's thread and in the order it was queued.</summary>
internal sealed class StepQueue : IWorkQueue
{
    private readonly Queue<Func<Task>> _waiting = new();
    private readonly List<Task> _started = [];

    public int Waiting
    {
        get
        {
            lock (_waiting)
            {
                return _waiting.Count;
            }
        }
    }

    public void Queue(Func<Task> work)
    {
        lock (_waiting)
        {
            _waiting.Enqueue(work);
        }
    }

    public bool Step()
    {
        Func<Task>? work;
        lock (_waiting)
        {
            if (!_waiting.TryDequeue(out work))
            {
                return false;
            }
        }

        // Continuations run inline, so that one step is the whole of what it causes.
        SynchronizationContext.SetSynchronizationContext(null);
        _started.Add(work());
        return true;
    }

    public void Run()
    {
        while (Step())
        {
        }

        foreach (var task in _started.Where(task => task.IsCompleted))
        {
            task.GetAwaiter().GetResult();
        }

        _started.RemoveAll(task => task.IsCompleted);
    }
}
