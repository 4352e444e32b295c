using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.LegacySse;

/// <summary>
/// What the server sends of its own accord, on the one stream of a legacy client: the client cannot open another when the upstream's
/// ends, so it is opened anew for it.
/// </summary>
internal sealed class LegacyServerStream(
    LegacyClient client,
    ClientSession session,
    Binding<PooledUpstream> binding,
    string serverName,
    IHeaderDictionary headers,
    IReadOnlyList<KeyValuePair<string, string>> upstreamHeaders,
    RequestGuard guard,
    RelayServices services,
    CancellationToken drainBegun)
{
    /// <summary>Upstreams end idle streams, so the first pause is short; one that fails each time is asked once a minute.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    public async Task RunAsync()
    {
        var pause = ShortestPause;
        while (!client.Ended.IsCancellationRequested && !drainBegun.IsCancellationRequested)
        {
            var answer = new StreamedAnswer(client, headers, default);
            await guard.Around(http => new ServerStream(http, session, binding, serverName, upstreamHeaders, services, drainBegun).RunAsync())(answer.Http);
            if (answer.Status is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed)
            {
                return; // the session has ended, or the upstream offers no such stream
            }

            await Task.Delay(pause, services.Clock, client.Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = answer.Status == StatusCodes.Status200OK ? ShortestPause : TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks));
        }
    }
}
