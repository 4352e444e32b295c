using EdgeGateway.LoadTests.Client;
using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Bench;

/// <summary>Loads that benchmarks share.</summary>
internal static class Loads
{
    public const string Echo = "echo";
    public const string EchoArguments = """{"text":"hello"}""";

    /// <summary>Legacy clients: each connects and initializes once, then calls a tool over and over on its one connection.</summary>
    public static LoadScenario SessionCalls(
        string name, McpTarget target, IReadOnlyList<LoadSimulation> simulations, string tool = Echo, string arguments = EchoArguments) => new()
        {
            Name = name,
            Simulations = simulations,
            Enter = async context =>
            {
                var connection = new McpConnection(target, context.CancellationToken);
                context.State = await CallingClient.InitializedAsync(connection, tool, arguments);
            },
            Step = static context => ((CallingClient)context.State!).CallAsync(),
            Leave = static context => context.State is CallingClient client ? client.LeaveAsync() : default,
        };

    /// <summary>Clients without a session, each on its one connection: modern ones, or users of <c>/rpc</c>.</summary>
    public static LoadScenario SessionlessCalls(string name, McpTarget target, IReadOnlyList<LoadSimulation> simulations, PreparedCallOf call) => new()
    {
        Name = name,
        Simulations = simulations,
        Enter = context =>
        {
            context.State = new CallingClient(new McpConnection(target, context.CancellationToken), call(target, Echo, EchoArguments));
            return Task.CompletedTask;
        },
        Step = static context => ((CallingClient)context.State!).CallAsync(),
        Leave = static context => context.State is CallingClient client ? client.LeaveAsync() : default,
    };

    /// <summary>Clients without a session that are told apart by <see cref="McpCalls.KeyHeader"/>, each on its one connection.</summary>
    public static LoadScenario KeyedCalls(
        string name, McpTarget target, IReadOnlyList<LoadSimulation> simulations, string tool = Echo, string arguments = EchoArguments) => new()
        {
            Name = name,
            Simulations = simulations,
            Enter = context =>
            {
                var call = McpCalls.KeyedRpcTool(target, KeyOf(context.Number), tool, arguments);
                context.State = new CallingClient(new McpConnection(target, context.CancellationToken), call);
                return Task.CompletedTask;
            },
            Step = static context => ((CallingClient)context.State!).CallAsync(),
            Leave = static context => context.State is CallingClient client ? client.LeaveAsync() : default,
        };

    public static string KeyOf(int client) => $"client-{client}";
}

/// <summary>Makes a tools/call: <see cref="McpCalls.ModernTool"/> or <see cref="McpCalls.RpcTool"/>.</summary>
internal delegate PreparedCall PreparedCallOf(McpTarget target, string tool, string arguments);
