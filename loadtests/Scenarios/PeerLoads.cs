using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Client;
using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>The same calls for gateways that speak different transports.</summary>
internal static class PeerLoads
{
    /// <summary>One that has not reached its server by then does not.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Clients of Streamable HTTP.</summary>
    public static LoadScenario Calls(string name, McpTarget target, BenchmarkSettings settings, int clients) =>
        Loads.SessionCalls(name, target, [LoadSimulation.KeepConstant(clients, settings.During)]) with { WarmUp = settings.WarmUp };

    /// <summary>Clients of HTTP+SSE.</summary>
    public static LoadScenario SseCalls(string name, McpTarget target, BenchmarkSettings settings, int clients, string tool) => new()
    {
        Name = name,
        Simulations = [LoadSimulation.KeepConstant(clients, settings.During)],
        WarmUp = settings.WarmUp,
        Enter = async context =>
        {
            var session = await SseSession.OpenAsync(target, context.CancellationToken);
            context.State = new SseCaller(session, McpCalls.RpcTool(session.Target, tool, Loads.EchoArguments));
            if (await session.InitializeAsync() is { IsOk: false } failed)
            {
                throw new InvalidOperationException($"initialize at {target.Url} failed: {failed.FailureReason}");
            }
        },
        Step = static context => ((SseCaller)context.State!).CallAsync(),
        Leave = static context => context.State is SseCaller caller ? caller.DisposeAsync() : default,
    };

    /// <summary>A gateway that listens may not have reached its server yet: one client tries until it is answered.</summary>
    /// <returns>Null when it was; otherwise the reason.</returns>
    public static async Task<string?> WhyItDoesNotAnswerAsync(LoadScenario load, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var reason = "does not answer";
        while (!patience.IsCancellationRequested)
        {
            var context = new StepContext(0, patience.Token);
            try
            {
                await load.Enter(context);
                if (await load.Step(context) is not { IsOk: false } failed)
                {
                    return null;
                }

                reason = failed.FailureReason!;
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                reason = failure.Message;
            }
            finally
            {
                await load.Leave(context);
            }

            await Task.Delay(Pause, cancellationToken);
        }

        return reason;
    }

    private sealed class SseCaller(SseSession session, PreparedCall call) : IAsyncDisposable
    {
        public ValueTask<StepResult> CallAsync() => session.SendAsync(call);

        public ValueTask DisposeAsync() => session.DisposeAsync();
    }
}
