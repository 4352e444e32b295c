using EdgeGateway.ControlPlane.Servers;

namespace EdgeGateway.Tests.Metrics;

internal static class Servers
{
    public static ServerDefinition Plain(string id) => new()
    {
        Id = id,
        Name = id,
        Transport = ServerTransport.StreamableHttp,
        Endpoints = [new ServerEndpoint("http://127.0.0.1:1/mcp")],
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
    };
}
