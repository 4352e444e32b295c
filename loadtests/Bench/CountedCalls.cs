using EdgeGateway.LoadTests.Client;

namespace EdgeGateway.LoadTests.Bench;

/// <summary>So many calls, counted instead of timed: for what is measured per call and not per second. Its clients stay between two counts.</summary>
internal sealed class CountedCalls : IAsyncDisposable
{
    private readonly List<CallingClient> _clients = [];

    /// <summary>Clients with a session each.</summary>
    public static async Task<CountedCalls> EnterAsync(McpTarget target, int clients, CancellationToken cancellationToken)
    {
        var calls = new CountedCalls();
        for (var client = 0; client < clients; client++)
        {
            calls._clients.Add(await CallingClient.InitializedAsync(new McpConnection(target, cancellationToken), Loads.Echo, Loads.EchoArguments));
        }

        return calls;
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
