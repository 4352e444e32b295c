using EdgeGateway.LoadTests.Client;

namespace EdgeGateway.LoadTests.Bench;

/// <summary>So many calls, counted instead of timed: for what is measured per call and not per second. Its clients stay between two bursts.</summary>
internal sealed class Burst : IAsyncDisposable
{
    private readonly List<CallingClient> _clients = [];

    /// <summary>Clients with a session each.</summary>
    public static async Task<Burst> EnterAsync(McpTarget target, int clients, CancellationToken cancellationToken)
    {
        var burst = new Burst();
        for (var client = 0; client < clients; client++)
        {
            burst._clients.Add(await CallingClient.InitializedAsync(new McpConnection(target, cancellationToken), Loads.Echo, Loads.EchoArguments));
        }

        return burst;
    }

    /// <summary>Returns when all are answered.</summary>
    /// <param name="calls">Of all clients together.</param>
    /// <returns>Reasons of those that failed.</returns>
    public async Task<IReadOnlyList<string>> CallAsync(int calls)
    {
        var left = calls;
        var failures = new List<string>();
        await Task.WhenAll(_clients.Select(client => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                if (await client.CallAsync() is { FailureReason: { } reason })
                {
                    lock (failures)
                    {
                        failures.Add(reason);
                    }
                }
            }
        })));
        return failures;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.LeaveAsync();
        }
    }
}
