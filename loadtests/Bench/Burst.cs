using System.Diagnostics;
using EdgeGateway.LoadTests.Client;

namespace EdgeGateway.LoadTests.Bench;

/// <summary>Clients that all call at the same moment. Their connections are open before.</summary>
internal static class Burst
{
    /// <param name="clients">Each with its call.</param>
    /// <param name="callsEach">How many, one after the other.</param>
    public static async Task<BurstResult> RunAsync(IReadOnlyList<(McpConnection Connection, PreparedCall Call)> clients, int callsEach)
    {
        foreach (var (connection, _) in clients)
        {
            if (connection.SessionId is null)
            {
                await connection.ConnectAsync();
            }
        }

        var result = new BurstResult();
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(clients.Select(client => CallAsync(client.Connection, client.Call, callsEach, began, result)));
        return result;
    }

    /// <summary>Sends before it returns: the first client's call goes out a fraction of a millisecond before the last one's.</summary>
    private static async Task CallAsync(McpConnection connection, PreparedCall call, int calls, long began, BurstResult result)
    {
        for (var made = 0; made < calls; made++)
        {
            result.Add(await connection.SendAsync(call), Stopwatch.GetElapsedTime(began));
        }
    }
}
