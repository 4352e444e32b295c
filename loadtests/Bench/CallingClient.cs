using EdgeGateway.LoadTests.Client;
using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Bench;

/// <summary>A client that makes the same call again and again on its connection.</summary>
internal sealed class CallingClient(McpConnection connection, PreparedCall call)
{
    private int _hasLeft;

    /// <summary>With a session of its own.</summary>
    public static async Task<CallingClient> InitializedAsync(McpConnection connection, string tool, string arguments)
    {
        var initialized = await connection.InitializeAsync();
        return initialized.IsOk
            ? new CallingClient(connection, McpCalls.Tool(connection.Target, connection.SessionId, tool, arguments))
            : throw new InvalidOperationException($"initialize at {connection.Target.Url.PathAndQuery} failed: {initialized.FailureReason}");
    }

    public ValueTask<StepResult> CallAsync() => connection.SendAsync(call);

    /// <summary>Ends the session, if there is one, and the connection. A client that is given up leaves while it waits: then only the latter.</summary>
    public async ValueTask LeaveAsync()
    {
        if (Interlocked.Exchange(ref _hasLeft, 1) == 0)
        {
            if (connection is { SessionId: not null, IsBusy: false })
            {
                await connection.DeleteAsync();
            }

            await connection.DisposeAsync();
        }
    }
}
