using System.Collections.Concurrent;
using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Engine;

/// <summary>
/// Steps begin when they are due, whether or not earlier ones have ended, and their latency counts from then: when the target stalls, or
/// this program is late, everybody who should have come meanwhile has waited, and the percentiles show it (no coordinated omission).
/// </summary>
internal sealed class OpenLoop(TimeProvider clock, IPacer pacer) : ILoop
{
    private readonly ConcurrentQueue<Client> _free = new();

    /// <summary>Arrivals of the last run that found no free client.</summary>
    public long NotSent { get; private set; }

    public Task RunAsync(IReadOnlyList<LoadSimulation> simulations, IReadOnlyList<Client> clients, CancellationTokenSource givenUp)
    {
        var schedule = new ArrivalSchedule(simulations);
        var steps = new Outstanding();

        // A thread of its own: the pace must not wait for the thread pool, which the steps' answers keep busy.
        var pacing = Task.Factory.StartNew(
            () => Pace(schedule, clients, steps, givenUp.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return Patience.WaitAsync(EndAsync(pacing, steps), schedule.Length, clients, givenUp);
    }

    /// <summary>Begins every step of the schedule, on the calling thread.</summary>
    public void Pace(ArrivalSchedule schedule, IReadOnlyList<Client> clients, Outstanding steps, CancellationToken givenUp)
    {
        NotSent = 0;
        _free.Clear();
        foreach (var client in clients)
        {
            _free.Enqueue(client);
        }

        var began = clock.GetTimestamp();
        for (var arrival = 0L; arrival < schedule.Count && !givenUp.IsCancellationRequested; arrival++)
        {
            var due = schedule.DueOf(arrival);
            if (due - clock.GetElapsedTime(began) is { Ticks: > 0 } early)
            {
                pacer.Wait(early);
            }

            if (_free.TryDequeue(out var client))
            {
                steps.Begin();
                _ = StepAsync(client, began + (long)(due.TotalSeconds * clock.TimestampFrequency), steps);
            }
            else
            {
                NotSent++;
            }
        }
    }

    private static async Task EndAsync(Task pacing, Outstanding steps)
    {
        await pacing;
        await steps.WhenNoneAsync();
    }

    private async Task StepAsync(Client client, long due, Outstanding steps)
    {
        await client.StepAsync(clock, due);
        _free.Enqueue(client);
        steps.End();
    }
}
