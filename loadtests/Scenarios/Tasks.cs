using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Client;
using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>Steps in which a client comes on a connection of its own, calls one tool and goes.</summary>
internal static class Tasks
{
    /// <summary>initialize, notifications/initialized, tools/call, DELETE.</summary>
    public static Func<StepContext, ValueTask<StepResult>> Legacy(McpTarget target) => async context =>
    {
        await using var connection = new McpConnection(target, context.CancellationToken);
        return await InSessionOfItsOwnAsync(connection);
    };

    /// <summary>The same on a connection that is there.</summary>
    public static async ValueTask<StepResult> InSessionOfItsOwnAsync(McpConnection connection)
    {
        var result = await connection.InitializeAsync();
        result = result.IsOk ? await connection.CallAsync(Loads.Echo, Loads.EchoArguments) : result;
        return result.IsOk && connection.SessionId is not null && await connection.DeleteAsync() is { IsOk: false } failed ? failed : result;
    }

    /// <summary>One tools/call of 2026-07-28.</summary>
    public static Func<StepContext, ValueTask<StepResult>> Modern(McpTarget target) => Single(target, McpCalls.ModernTool);

    /// <summary>One tools/call at a gateway's <c>/rpc</c>.</summary>
    public static Func<StepContext, ValueTask<StepResult>> Rpc(McpTarget target) => Single(target, McpCalls.RpcTool);

    private static Func<StepContext, ValueTask<StepResult>> Single(McpTarget target, PreparedCallOf call) => async context =>
    {
        await using var connection = new McpConnection(target, context.CancellationToken);
        return await connection.SendAsync(call(target, Loads.Echo, Loads.EchoArguments));
    };
}
