using System.Security.Cryptography;
using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.DataPath.Record;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Mcp.Upstream.Http;
using EdgeGateway.Mcp.Upstream.Stdio;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Acquire;

/// <summary>Opens sessions of one server: a connector per endpoint, one connection pool for all.</summary>
internal sealed class UpstreamOpener(IReadOnlyList<IUpstreamConnector> connectors) : ISessionOpener<PooledUpstream>, IEraProbe, IUpstreamResumer
{
    public event Action? Doubted;

    /// <summary>The first endpoint that says something: all of a server's are the same service.</summary>
    public async ValueTask<EraSet> ProbeAsync(IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        foreach (var connector in connectors)
        {
            if (await connector.ProbeAsync(headers, cancellationToken) is var eras and not EraSet.Unknown)
            {
                return eras;
            }
        }

        return EraSet.Unknown;
    }

    public async ValueTask<PooledUpstream> OpenAsync(int endpoint, SessionClass sessionClass, Credential credential, CancellationToken cancellationToken)
    {
        var handshake = new Handshake(sessionClass.ProtocolVersion, sessionClass.Capabilities, credential.Headers);
        try
        {
            var session = await connectors[endpoint].ConnectAsync(handshake, cancellationToken);
            return new PooledUpstream(session, NewDisplayId()) { Endpoint = endpoint, IsResumable = connectors[endpoint] is IResumingConnector && !session.IsModern };
        }
        catch (UpstreamException failed)
        {
            if (failed.Fault.Kind == UpstreamFaultKind.Protocol)
            {
                Doubted?.Invoke();
            }

            // Refused credentials or a server that is not MCP will not get better by resting the endpoint.
            var isServerFault = failed.Fault.Kind is not (UpstreamFaultKind.Auth or UpstreamFaultKind.Protocol);
            throw new SessionOpenException(failed.Fault.Reason, failed.Fault.Message, isServerFault, failed);
        }
    }

    public PooledUpstream? TryResume(SealedSession session, Credential credential)
    {
        if (session.Endpoint >= connectors.Count || connectors[session.Endpoint] is not IResumingConnector connector)
        {
            return null;
        }

        // Whose client declared something sees to initialized by itself, and may not have come to it.
        var mayLackInitialized = session.Class.DeclaresCapabilities;
        var resumed = connector.Rejoin(new OpenSession(session.UpstreamId, session.ProtocolVersion, mayLackInitialized), credential.Headers);
        return new PooledUpstream(resumed, NewDisplayId()) { Endpoint = session.Endpoint, IsResumable = true, IsSealed = true };
    }

    private static string NewDisplayId() => RandomNumberGenerator.GetHexString(8, lowercase: true);
}

/// <summary>Knows the transports.</summary>
internal sealed class UpstreamOpenerFactory(GatewayOptions options, TimeProvider clock, ILoggerFactory logs) : IUpstreamOpenerFactory
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    public ISessionOpener<PooledUpstream> Create(ServerDefinition server) => server.Transport switch
    {
        ServerTransport.StreamableHttp => new UpstreamOpener(StreamableHttp(server)),
        ServerTransport.Stdio => new UpstreamOpener([Stdio(server)]),
        ServerTransport.Sse => new UpstreamOpener(Sse(server)),
        _ => throw new NotSupportedException($"transport {server.Transport} was accepted by validation but has no connector"),
    };

    private List<IUpstreamConnector> StreamableHttp(ServerDefinition server)
    {
        var http = Http(server);
        return [.. server.Endpoints.Select(endpoint => Connect(http, new Uri(endpoint.Url), server))];
    }

    private DualEraConnector Connect(HttpTransport http, Uri url, ServerDefinition server) => new(
        new StreamableHttpConnector(http, url, server.Auth.Headers, clock), new ModernHttpConnector(http, url, server.Auth.Headers), UpstreamEra.Parse(server.Era));

    private StdioConnector Stdio(ServerDefinition server) => new(
        new StdioCommand(server.Command!, server.Args, StdioCommand.EnvironmentOf(server.Env)),
        new StdioLog(logs.CreateLogger("EdgeGateway.Stdio"), server.Name),
        clock,
        UpstreamEra.Parse(server.Era));

    private List<IUpstreamConnector> Sse(ServerDefinition server)
    {
        var http = Http(server);
        return [.. server.Endpoints.Select(endpoint => new SseConnector(http, new Uri(endpoint.Url), server.Auth.Headers))];
    }

    /// <summary>Idle connections close by themselves, so an opener that is replaced needs no disposal: its sessions may still drain.</summary>
    private HttpTransport Http(ServerDefinition server) => options.UpstreamHttp == UpstreamHttp.Lean
        ? new LeanTransport(server.CaCertificate, ConnectTimeout, clock)
        : new HandlerTransport(new HttpMessageInvoker(UpstreamHttpHandler.Create(server.CaCertificate, ConnectTimeout)));
}
