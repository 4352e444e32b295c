using EdgeGateway.DataPath.Listen;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>The threads of the sockets are never kept by what may wait for storage.</summary>
public sealed class LanedApplicationTests
{
    [Fact(Timeout = 60_000)]
    public async Task What_takes_the_pipeline_runs_on_the_thread_pool_and_goes_on_there()
    {
        var pipeline = new PipelineThatWaits();
        var application = new LanedApplication(pipeline, null!);
        var running = new TaskCompletionSource<Task>();
        var socketThread = new Thread(() => running.SetResult(application.ProcessRequestAsync(new LanedRequest { Piped = pipeline })));

        socketThread.Start();
        var processing = await running.Task;
        foreach (var (waiting, answered) in pipeline.Waits)
        {
            await waiting.Task;
            new Thread(answered.SetResult).Start(); // as a socket's thread ends a wait
        }

        await processing;

        Assert.Equal([true, true, true], pipeline.WasOnPool);
    }

    private sealed class PipelineThatWaits : Pipeline
    {
        /// <summary>Each with whoever waits, whom its end continues at once, on the thread that ends it.</summary>
        public (TaskCompletionSource Waiting, TaskCompletionSource Answered)[] Waits { get; } =
            [(new(TaskCreationOptions.RunContinuationsAsynchronously), new()), (new(TaskCreationOptions.RunContinuationsAsynchronously), new())];

        public List<bool> WasOnPool { get; } = [];

        public override object Begin(IFeatureCollection features) => this;

        public override async Task ProcessAsync(object request)
        {
            WasOnPool.Add(Thread.CurrentThread.IsThreadPoolThread);
            foreach (var (waiting, answered) in Waits)
            {
                waiting.SetResult();
                await answered.Task;
                WasOnPool.Add(Thread.CurrentThread.IsThreadPoolThread);
            }
        }

        public override void End(object request, Exception? exception)
        {
        }
    }
}
