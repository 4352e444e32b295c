using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeGateway.DataPath.Listen;

/// <summary>
/// Decides for each request which way it takes. A message runs where its bytes were read, on the thread of the sockets; whatever takes the
/// pipeline may wait for storage, so it is moved to the thread pool and stays there.
/// </summary>
internal sealed class LanedApplication(Pipeline pipeline, MessageLane lane) : IHttpApplication<LanedRequest>
{
    public LanedRequest CreateContext(IFeatureCollection contextFeatures)
    {
        var kept = contextFeatures as IHostContextContainer<LanedRequest>;
        var request = kept?.HostContext ?? new();
        if (kept is not null)
        {
            kept.HostContext = request;
        }

        if (MessageLane.Takes(contextFeatures.GetRequiredFeature<IHttpRequestFeature>()))
        {
            request.Message.Initialize(contextFeatures);
        }
        else
        {
            request.Piped = pipeline.Begin(contextFeatures);
        }

        return request;
    }

    public Task ProcessRequestAsync(LanedRequest context) => context.Piped is { } piped ? ProcessAsideAsync(piped) : lane.RunAsync(context.Message);

    public void DisposeContext(LanedRequest context, Exception? exception)
    {
        if (context.Piped is { } piped)
        {
            context.Piped = null;
            pipeline.End(piped, exception);
        }
        else
        {
            context.Message.Uninitialize();
        }
    }

    private async Task ProcessAsideAsync(object piped)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        SynchronizationContext.SetSynchronizationContext(PoolContext.Instance); // the thread pool forgets it when this returns
        await pipeline.ProcessAsync(piped);
    }

    /// <summary>Continues what waited on the thread pool, whoever ended the wait, and stays: the framework's own would hold for one wait only.</summary>
    private sealed class PoolContext : SynchronizationContext
    {
        public static PoolContext Instance { get; } = new();

        public override void Post(SendOrPostCallback d, object? state) => ThreadPool.UnsafeQueueUserWorkItem(
            static work =>
            {
                SetSynchronizationContext(Instance);
                work.Callback(work.State);
            },
            (Callback: d, State: state),
            preferLocal: false);

        public override SynchronizationContext CreateCopy() => this;
    }
}
