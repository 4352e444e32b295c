using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Client;
using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>A client with a key of its own that asks where each of its calls runs.</summary>
internal sealed class WhoAmIClient(McpTarget target, int number, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly McpConnection _connection = new(target, cancellationToken);
    private readonly PreparedCall _call = McpCalls.KeyedRpcTool(target, Loads.KeyOf(number), WhoAmI.Tool, "{}");

    /// <summary>In how many sessions its calls ran, and how many in each.</summary>
    public Dictionary<WhoAmI, int> Calls { get; } = [];

    /// <summary>Where the last one did.</summary>
    public WhoAmI Last { get; private set; }

    public async ValueTask<StepResult> CallAsync()
    {
        var result = await _connection.SendAsync(_call);
        if (result.IsOk)
        {
            Last = WhoAmI.Read(_connection.LastBody);
            Calls[Last] = Calls.GetValueOrDefault(Last) + 1;
        }

        return result;
    }

    /// <summary>Throws where <see cref="CallAsync"/> tells.</summary>
    public async Task<WhoAmI> AskAsync() => await CallAsync() is { FailureReason: { } reason }
        ? throw new InvalidOperationException($"a call to {target.Url.AbsolutePath} failed: {reason}")
        : Last;

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
