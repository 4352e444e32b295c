using System.Collections.Concurrent;
using EdgeGateway.LoadTests.Engine;
using EdgeGateway.LoadTests.Model;
using global::NBomber.Contracts;
using global::NBomber.Contracts.Stats;
using global::NBomber.CSharp;

namespace EdgeGateway.LoadTests.NBomber;

/// <summary>
/// Runs the same scenarios on NBomber 6.7 (https://nbomber.com/docs), compiled in with <c>-p:LoadEngine=NBomber</c>. Clients are kept here and
/// handed from one iteration to the next, as in the embedded engine, so that both simulate the same users. NBomber measures from the start
/// of a step; its percentiles end at p99.
/// </summary>
internal sealed class NBomberEngine : ILoadEngine
{
    /// <summary>The one step each scenario has: what is around it, a client that enters, is not measured.</summary>
    private const string Measured = "call";

    public string Name => "NBomber";

    public async Task<LoadResult> RunAsync(LoadScenario scenario, CancellationToken cancellationToken)
    {
        var clients = new ConcurrentQueue<StepContext>();
        var entered = -1;

        async Task<StepContext> EnterAsync()
        {
            var client = new StepContext(Interlocked.Increment(ref entered), cancellationToken);
            await scenario.Enter(client);
            return client;
        }

        var props = Scenario.Create(scenario.Name, async context =>
            {
                var client = clients.TryDequeue(out var free) ? free : await EnterAsync();
                try
                {
                    return await Step.Run(Measured, context, async () => ToResponse(await StepAsync(scenario, client)));
                }
                finally
                {
                    clients.Enqueue(client);
                }
            })
            .WithInit(_ => scenario.Init(cancellationToken))
            .WithClean(_ => LeaveAsync(scenario, clients))
            .WithMaxFailCount(int.MaxValue) // thresholds judge failures, at the end
            .WithRestartIterationOnFail(shouldRestart: false)
            .WithLoadSimulations([.. scenario.Simulations.Select(ToSimulation)]);
        props = scenario.WarmUp > TimeSpan.Zero ? props.WithWarmUpDuration(scenario.WarmUp) : props.WithoutWarmUp();

        // Run() blocks until the load is over.
        var stats = await Task.Run(() => NBomberRunner.RegisterScenarios(props).WithoutReports().Run(), cancellationToken);
        var measured = stats.ScenarioStats.Single(one => one.ScenarioName == scenario.Name).StepStats.Single(one => one.StepName == Measured);
        return ToResult(measured, scenario).Judge(scenario.Thresholds);
    }

    private static async Task<StepResult> StepAsync(LoadScenario scenario, StepContext client)
    {
        client.Invocation++;
        try
        {
            return await scenario.Step(client);
        }
        catch (Exception failure)
        {
            return StepResult.Fail(failure.GetType().Name);
        }
    }

    private static Response<object> ToResponse(StepResult result) => result.IsOk
        ? Response.Ok(sizeBytes: result.Size)
        : Response.Fail(statusCode: result.FailureReason!, message: result.FailureReason!);

    private static global::NBomber.Contracts.LoadSimulation ToSimulation(Model.LoadSimulation simulation) => simulation switch
    {
        KeepConstant constant => Simulation.KeepConstant(constant.Copies, constant.During),
        Inject inject => Simulation.Inject((int)Math.Round(inject.Rate), inject.Interval, inject.During),
        RampingInject ramp => Simulation.RampingInject((int)Math.Round(ramp.Rate), ramp.Interval, ramp.During),
        _ => throw new ArgumentException($"{simulation.GetType().Name} has no counterpart in NBomber"),
    };

    private static async Task LeaveAsync(LoadScenario scenario, ConcurrentQueue<StepContext> clients)
    {
        while (clients.TryDequeue(out var client))
        {
            await scenario.Leave(client);
        }

        await scenario.Clean();
    }

    /// <summary>Latencies of NBomber are in milliseconds. It has no p90 and no p99.9: the next one it has stands in, p95 and the maximum.</summary>
    private static LoadResult ToResult(StepStats stats, LoadScenario scenario)
    {
        var latency = stats.Ok.Latency;
        return new LoadResult
        {
            Ok = stats.Ok.Request.Count,
            FailedByReason = stats.Fail.StatusCodes.ToDictionary(status => status.StatusCode, status => (long)status.Count),
            Bytes = stats.Ok.DataTransfer.AllBytes,
            Duration = TimeSpan.FromTicks(scenario.Simulations.Sum(simulation => simulation.During.Ticks)),
            Latency = new(LatencyFrom.Start, latency.Percent50, latency.Percent75, latency.Percent95, latency.Percent99, latency.MaxMs, latency.MaxMs)
            {
                Curve =
                [
                    new(50, latency.Percent50), new(75, latency.Percent75), new(95, latency.Percent95), new(99, latency.Percent99), new(100, latency.MaxMs),
                ],
            },
        };
    }
}
