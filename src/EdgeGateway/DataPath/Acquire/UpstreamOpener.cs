using System.Security.Cryptography;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Acquire;

/// <summary>Opens sessions of one server: a connector per endpoint, one connection pool for all.</summary>
internal sealed class UpstreamOpener(IReadOnlyList<IUpstreamConnector> connectors) : ISessionOpener<PooledUpstream>
{
    public async ValueTask<PooledUpstream> OpenAsync(int endpoint, SessionClass sessionClass, Credential credential, CancellationToken cancellationToken)
    {
        var handshake = new Handshake(sessionClass.ProtocolVersion, sessionClass.Capabilities, credential.Headers);
        try
        {
            var session = await connectors[endpoint].ConnectAsync(handshake, cancellationToken);
            return new PooledUpstream(session, RandomNumberGenerator.GetHexString(8, lowercase: true));
        }
        catch (UpstreamException failed)
        {
            // Refused credentials or a server that is not MCP will not get better by resting the endpoint.
            var isServerFault = failed.Fault.Kind is not (UpstreamFaultKind.Auth or UpstreamFaultKind.Protocol);
            throw new SessionOpenException(failed.Fault.Reason, failed.Fault.Message, isServerFault, failed);
        }
    }
}

/// <summary>Knows the transports. Streamable HTTP today; legacy SSE and stdio get their line here.</summary>
internal sealed class UpstreamOpenerFactory(TimeProvider clock) : IUpstreamOpenerFactory
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    public ISessionOpener<PooledUpstream> Create(ServerDefinition server) => server.Transport switch
    {
        ServerTransport.StreamableHttp => new UpstreamOpener(StreamableHttp(server)),
        _ => throw new NotSupportedException($"transport {server.Transport} was accepted by validation but has no connector"),
    };

    private List<IUpstreamConnector> StreamableHttp(ServerDefinition server)
    {
        // Idle connections close by themselves, so an opener that is replaced needs no disposal: its sessions may still drain.
        var http = new HttpMessageInvoker(UpstreamHttpHandler.Create(server.CaCertificate, ConnectTimeout));
        return [.. server.Endpoints.Select(endpoint => new StreamableHttpConnector(http, new Uri(endpoint.Url), server.Auth.Headers, clock))];
    }
}
