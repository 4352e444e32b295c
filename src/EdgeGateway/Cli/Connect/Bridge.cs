using System.Text.Json;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.Cli.Connect;

/// <summary>
/// Standard input to the gateway's endpoint and back. Requests run at once, everything else in the order it came. A session that was lost
/// is told to the client as errors, until it initializes again.
/// </summary>
internal sealed class Bridge(StreamableHttpConnector connector, LineWriter output, TextWriter error, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>The code the official SDKs use for an unknown session.</summary>
    private const int SessionNotFound = -32001;

    /// <summary>Who closes our input has gone, or is a script that pipes a few messages and still wants their answers.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(2);

    private readonly List<Task> _running = [];

    // Replaced by the reader of standard input, and by whoever finds it lost (Interlocked).
    private UpstreamSession _session = None(connector);
    private ServerMessages? _messages;

    public async Task RunAsync(Stream input, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var line in InputMessages.ReadAsync(input, cancellationToken))
            {
                await TakeAsync(line, cancellationToken);
            }

            await Task.WhenAll(_running).WaitAsync(Grace, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // A signal: what runs is left, the session is ended.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        output.Dispose();
    }

    private async Task TakeAsync(byte[] line, CancellationToken cancellationToken)
    {
        _ = Envelope.Read(line, out var message);
        switch (message)
        {
            case { Kind: MessageKind.Request, Method: McpMethod.Initialize }:
                await InitializeAsync(line, message.Id.Of(line.AsMemory()), cancellationToken);
                break;
            case { Kind: MessageKind.Notification or MessageKind.Response }:
                await PostAsync(line, default, cancellationToken);
                if (message.Method == McpMethod.Initialized)
                {
                    _messages ??= new ServerMessages(_session, output, error, clock);
                }

                break;
            default:
                // What is no message is told so by the gateway.
                _running.RemoveAll(task => task.IsCompleted);
                _running.Add(PostAsync(line, message.Id.Of(line.AsMemory()), cancellationToken));
                break;
        }
    }

    /// <summary>Begins a session, after ending the one before.</summary>
    private async Task InitializeAsync(byte[] line, ReadOnlyMemory<byte> id, CancellationToken cancellationToken)
    {
        await EndAsync();
        var session = _session = None(connector);
        await using var reply = await session.PostAsync(line, [], cancellationToken);
        var answers = new Answers(output, id);
        if (!await IsGoodAsync(reply, answers, session, cancellationToken))
        {
            return;
        }

        await answers.PassAsync(reply, cancellationToken);
        _session = connector.Rejoin(new OpenSession(reply.SessionId, VersionIn(answers.Result), MayLackInitialized: false), []);
    }

    private async Task PostAsync(byte[] line, ReadOnlyMemory<byte> id, CancellationToken cancellationToken)
    {
        var session = Volatile.Read(ref _session);
        try
        {
            await using var reply = await session.PostAsync(line, [], cancellationToken);
            var answers = new Answers(output, id);
            if (await IsGoodAsync(reply, answers, session, cancellationToken) && reply.Kind != ReplyKind.Accepted)
            {
                await answers.PassAsync(reply, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // We end: nobody reads the answer.
        }
    }

    /// <summary>False: something went wrong, and whoever asked has been told.</summary>
    private async Task<bool> IsGoodAsync(UpstreamReply reply, Answers answers, UpstreamSession session, CancellationToken cancellationToken)
    {
        switch (reply.Kind)
        {
            case ReplyKind.SessionGone:
                const string Gone = "The session has ended. Send initialize to begin a new one.";
                Interlocked.CompareExchange(ref _session, None(connector), session);
                await error.WriteLineAsync($"edge-gateway connect: {Gone}");
                await answers.FailAsync(SessionNotFound, Gone, "session_not_found");
                return false;
            case ReplyKind.Fault:
                await error.WriteLineAsync($"edge-gateway connect: {Towards(reply.Fault!.Message)}");
                await answers.FailAsync(JsonRpcError.InternalError, Towards(reply.Fault.Message), reply.Fault.Reason);
                return false;
            case ReplyKind.HttpError:
                // People first: a client may end this process as soon as it has its answer.
                if (Advice(reply.Status) is { } advice)
                {
                    await error.WriteLineAsync($"edge-gateway connect: {advice}");
                    await answers.PassErrorAsync(reply, cancellationToken);
                    return false;
                }

                var said = await answers.PassErrorAsync(reply, cancellationToken);
                await error.WriteLineAsync($"edge-gateway connect: {said ?? $"The gateway answered with HTTP status {reply.Status}; check --url."}");
                return false;
            default:
                return true;
        }
    }

    private async Task EndAsync()
    {
        if (Interlocked.Exchange(ref _messages, null) is { } messages)
        {
            await messages.DisposeAsync();
        }

        var session = Interlocked.Exchange(ref _session, None(connector));
        using var patience = new CancellationTokenSource(EndTimeout, clock);
        await session.CloseAsync(patience.Token);
    }

    /// <summary>What is sent before a handshake: no session id, no revision.</summary>
    private static UpstreamSession None(StreamableHttpConnector connector) => connector.Rejoin(new OpenSession(null, null, MayLackInitialized: false), []);

    /// <summary>Seen from here the gateway is the upstream.</summary>
    private static string Towards(string message) => message.Replace("The upstream", "The gateway", StringComparison.Ordinal).Replace("the upstream", "the gateway", StringComparison.Ordinal);

    private static string? Advice(int status) => status switch
    {
        401 => "The gateway does not accept the token, or got none. Make one with edge-gateway token create and pass it in EDGE_GATEWAY_TOKEN.",
        403 => "The token does not allow calls of this server. It needs the permission mcp.invoke; make one: edge-gateway token create --scope mcp.invoke",
        _ => null,
    };

    private static string? VersionIn(ReadOnlyMemory<byte> result)
    {
        if (result.IsEmpty)
        {
            return null;
        }

        using var parsed = JsonDocument.Parse(result);
        return parsed.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("protocolVersion", out var version) && version.ValueKind == JsonValueKind.String
            ? version.GetString()
            : null;
    }
}
