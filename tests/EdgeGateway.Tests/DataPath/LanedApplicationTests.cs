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
        await pipeline.Waiting.Task;
        new Thread(pipeline.Answered.SetResult).Start(); // as a socket's thread ends a wait
        await processing;

        Assert.Equal((true, true), (pipeline.BeganOnPool, pipeline.WentOnOnPool));
    }

    private sealed class PipelineThatWaits : Pipeline
    {
        public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Continues its waiter at once, on the thread that completes it.</summary>
        public TaskCompletionSource Answered { get; } = new();

        public bool BeganOnPool { get; private set; }

        public bool WentOnOnPool { get; private set; }

        public override object Begin(IFeatureCollection features) => this;

        public override async Task ProcessAsync(object request)
        {
            BeganOnPool = Thread.CurrentThread.IsThreadPoolThread;
            Waiting.SetResult();
            await Answered.Task;
            WentOnOnPool = Thread.CurrentThread.IsThreadPoolThread;
        }

        public override void End(object request, Exception? exception)
        {
        }
    }
}
