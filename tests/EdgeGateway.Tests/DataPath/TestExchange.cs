using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Pooling;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>A request on its way, without a gateway around it.</summary>
internal static class TestExchange
{
    public static ServerRoute Route(TimeSpan requestTimeout = default, SessionPool<PooledUpstream>? pool = null)
    {
        var server = new ServerDefinition
        {
            Id = "s",
            Name = "s",
            Transport = ServerTransport.StreamableHttp,
            CreatedAt = default,
            UpdatedAt = default,
            RequestTimeout = requestTimeout,
        };
        return new ServerRoute(server, pool!, new UpstreamEra("legacy", null, TimeProvider.System));
    }

    public static async Task<Exchange> OfAsync(HttpContext http, byte[] message, TimeSpan requestTimeout = default)
    {
        http.Request.Body = new MemoryStream(message);
        var body = await RequestBody.ReadAsync(http.Request, 1000);
        Assert.Equal(EnvelopeError.None, Envelope.Read(message, out var envelope));
        return new Exchange(http, Route(requestTimeout), Principal.Anonymous, body!, envelope);
    }
}
