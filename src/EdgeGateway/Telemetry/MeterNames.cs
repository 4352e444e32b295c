namespace EdgeGateway.Telemetry;

/// <summary>What the gateway measures and traces under.</summary>
internal static class MeterNames
{
    /// <summary>The gateway itself.</summary>
    public const string Gateway = "EdgeGateway";

    public const string Pool = "EdgeGateway.Pool";

    /// <summary>Also the name of the traces' source.</summary>
    public const string Mcp = "EdgeGateway.Mcp";

    /// <summary>The runtime's own, of which <see cref="RuntimeMeters"/> picks a few.</summary>
    public const string Runtime = "System.Runtime";

    public static readonly string[] All = [Gateway, Pool, Mcp, Runtime];
}
