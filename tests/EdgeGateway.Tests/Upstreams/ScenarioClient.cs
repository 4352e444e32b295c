#pragma warning disable MCP9005 // sampling, roots and logging are deprecated in 2026-07-28; the legacy revisions live on them
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace EdgeGateway.Tests.Upstreams;

/// <summary>The official SDK's client, with handlers that answer predictably and write down what they were asked.</summary>
internal sealed class ScenarioClient : IAsyncDisposable
{
    private ScenarioClient(McpClient mcp, Inbox<CreateMessageRequestParams> sampled, Inbox<ElicitRequestParams> elicited, Inbox<string> rootsAsked)
    {
        (Mcp, Sampled, Elicited, RootsAsked) = (mcp, sampled, elicited, rootsAsked);
    }

    public McpClient Mcp { get; }

    public Inbox<CreateMessageRequestParams> Sampled { get; }

    public Inbox<ElicitRequestParams> Elicited { get; }

    public Inbox<string> RootsAsked { get; }

    /// <summary>A client that declares roots, sampling and elicitation.</summary>
    public static async Task<ScenarioClient> ConnectAsync(McpTarget target, CancellationToken cancellationToken)
    {
        var sampled = new Inbox<CreateMessageRequestParams>();
        var elicited = new Inbox<ElicitRequestParams>();
        var rootsAsked = new Inbox<string>();
        var handlers = new McpClientHandlers
        {
            SamplingHandler = (request, _, _) =>
            {
                sampled.Add(request!);
                return new(new CreateMessageResult
                {
                    Model = "scenario-model",
                    Role = Role.Assistant,
                    StopReason = "endTurn",
                    Content = [new TextContentBlock { Text = "Roses are red." }],
                });
            },
            ElicitationHandler = (request, _) =>
            {
                elicited.Add(request!);
                return new(new ElicitResult { Action = "accept", Content = TestJson.Object("""{"name":"Ada"}""") });
            },
            RootsHandler = (_, _) =>
            {
                rootsAsked.Add("roots/list");
                return new(new ListRootsResult { Roots = [new Root { Uri = "file:///scenario", Name = "scenario" }] });
            },
        };
        return new ScenarioClient(await CreateAsync(target, handlers, cancellationToken), sampled, elicited, rootsAsked);
    }

    /// <summary>A client that declares nothing.</summary>
    public static async Task<ScenarioClient> ConnectPlainAsync(McpTarget target, CancellationToken cancellationToken) =>
        new(await CreateAsync(target, new McpClientHandlers(), cancellationToken), new(), new(), new());

    public Task<CallToolResult> CallAsync(ToolUse use, CancellationToken cancellationToken) =>
        Mcp.CallToolAsync(use.Name, use.Arguments, cancellationToken: cancellationToken).AsTask();

    public ValueTask DisposeAsync() => Mcp.DisposeAsync();

    private static Task<McpClient> CreateAsync(McpTarget target, McpClientHandlers handlers, CancellationToken cancellationToken)
    {
        var transport = target.Transport?.Invoke() ?? new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = target.Url,
            TransportMode = target.Mode,
            AdditionalHeaders = new Dictionary<string, string>(target.Headers),
        });
        var options = new McpClientOptions
        {
            ClientInfo = new Implementation { Name = "scenario", Version = "1.0" },
            ProtocolVersion = target.ProtocolVersion,
            Handlers = handlers,
        };
        return McpClient.CreateAsync(transport, options, cancellationToken: cancellationToken);
    }
}
