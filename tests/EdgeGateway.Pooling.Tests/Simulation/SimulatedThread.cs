using System.Collections.Concurrent;
using EdgeGateway.Pooling.Maintenance;

namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>
/// The one thread everything runs on: the pool's background work and whatever an <c>await</c> goes on with, first queued first run.
/// With time and luck in the simulation's hands as well, a seed always leads to the same run.
/// </summary>
internal sealed class SimulatedThread : SynchronizationContext, IWorkQueue
{
    private readonly ConcurrentQueue<(SendOrPostCallback Run, object? State)> _queue = new();
    private readonly List<Task> _started = [];

    public bool IsIdle => _queue.IsEmpty;

    /// <summary>What ran so far; tells whether anything happened.</summary>
    public long Ran { get; private set; }

    public void Queue(Func<Task> work) => Post(run => Watch(((Func<Task>)run!)()), work);

    public override void Post(SendOrPostCallback d, object? state) => _queue.Enqueue((d, state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>What it throws breaks the simulation, once it has ended.</summary>
    public void Watch(Task task)
    {
        if (!task.IsCompletedSuccessfully)
        {
            _started.Add(task);
        }
    }

    public void Run()
    {
        while (_queue.TryDequeue(out var next))
        {
            Ran++;
            next.Run(next.State);
        }

        for (var i = _started.Count - 1; i >= 0; i--)
        {
            if (_started[i].IsCompleted)
            {
                _started[i].GetAwaiter().GetResult();
                _started.RemoveAt(i);
            }
        }
    }

    /// <summary>The answer of a pool, seen on this thread and in the order the answers were given: also when it was there at once.</summary>
    public static async Task<T> SeeAsync<T>(ValueTask<T> answer)
    {
        if (answer.IsCompleted)
        {
            await Task.Yield();
        }

        return await answer;
    }
}
