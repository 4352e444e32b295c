using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Record;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay;

/// <summary>
/// The upstream forgot a client's session. A clean one is replaced behind the scenes, because many clients do not recover from a 404.
/// </summary>
internal static class LostSession
{
    /// <param name="client">Whose session it was.</param>
    /// <param name="binding">What holds it.</param>
    /// <param name="gone">The session that was lost.</param>
    /// <param name="serverName">For the log.</param>
    /// <param name="headers">Headers of the request that found it lost.</param>
    /// <param name="services">Clock and log.</param>
    /// <returns>Null when the binding has a session again, which knows that its client is ready; otherwise what the client is to be told.</returns>
    public static async ValueTask<RelayError?> ReplaceAsync(
        ClientSession client,
        Binding<PooledUpstream> binding,
        PooledUpstream gone,
        string serverName,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        RelayServices services)
    {
        // One after the other: whoever comes second must not run ahead of notifications/initialized.
        await client.Replacing.WaitAsync();
        try
        {
            var wasLost = ReferenceEquals(binding.Session, gone);
            if (await binding.ReplaceAsync(gone) is { } refusal)
            {
                services.Log.SessionLost(serverName, "the client must initialize again");
                return RelayError.From(refusal);
            }

            if (wasLost)
            {
                services.Log.SessionLost(serverName, "it had carried nothing yet and was replaced");
            }

            if (client.Initialized)
            {
                await SideMessages.SendInitializedAsync(binding.Session.Session, headers, services);
            }

            return null;
        }
        finally
        {
            client.Replacing.Release();
        }
    }

    /// <summary>
    /// Before a request goes to a session that took a lost one's place: its binding shows it to all of the client's requests
    /// a round trip before it knows that the client is ready.
    /// </summary>
    public static ValueTask UntilReadyAsync(ClientSession client, UpstreamSession session) =>
        !client.Initialized || session.IsInitialized ? ValueTask.CompletedTask : WaitAsync(client);

    /// <summary>Whoever replaces it tells it, too.</summary>
    private static async ValueTask WaitAsync(ClientSession client)
    {
        await client.Replacing.WaitAsync();
        client.Replacing.Release();
    }
}
