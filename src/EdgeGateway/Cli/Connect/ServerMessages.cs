using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.Cli.Connect;

/// <summary>What the server sends of its own accord: the GET stream of a session, opened again as long as the session lives.</summary>
internal sealed class ServerMessages : IAsyncDisposable
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromSeconds(1);

    /// <summary>A server that wants to be asked again at once would be asked without end.</summary>
    private static readonly TimeSpan RetryMin = TimeSpan.FromMilliseconds(100);

    /// <summary>A gateway that restarts is back long before; one that is gone for the day is asked twice a minute.</summary>
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public ServerMessages(UpstreamSession session, LineWriter output, TextWriter error, TimeProvider clock) =>
        _running = RunAsync(session, output, error, clock, _stop.Token);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private static async Task RunAsync(UpstreamSession session, LineWriter output, TextWriter error, TimeProvider clock, CancellationToken stop)
    {
        string? lastEventId = null;
        for (var pause = PauseMin; ;)
        {
            await using (var reply = await session.OpenStreamAsync(lastEventId, [], stop))
            {
                if (reply.Kind is not (ReplyKind.Events or ReplyKind.Fault) && reply.Status < 500)
                {
                    // No stream is offered (405), or the session is gone, which the next request tells.
                    return;
                }

                try
                {
                    await foreach (var frame in reply.ReadEventsAsync(stop))
                    {
                        pause = frame.Retry is { } wanted && wanted >= RetryMin && wanted <= PauseMax ? wanted : PauseMin;
                        lastEventId = frame.Id ?? lastEventId;
                        if (!frame.Data.IsEmpty)
                        {
                            await output.WriteAsync(frame.Data);
                        }
                    }
                }
                catch (UpstreamException lost)
                {
                    await error.WriteLineAsync($"edge-gateway connect: the stream of server messages broke and is opened again ({lost.Fault.Reason}).");
                }
            }

            await Task.Delay(pause, clock, stop);
            pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
        }
    }
}
