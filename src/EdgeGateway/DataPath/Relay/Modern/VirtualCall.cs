using System.Buffers;
using System.Text;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.DataPath.Record;
using EdgeGateway.DataPath.Relay.Modern.Caching;
using EdgeGateway.DataPath.Relay.Modern.Tools;
using EdgeGateway.DataPath.Release;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay.Modern;

/// <summary>
/// A legacy client's request to a server without sessions (protocol.md section 3): what the handshake would have told the server goes with
/// the request, and what the server wants to know before it answers is asked on the client's stream.
/// </summary>
/// <param name="x">The request.</param>
/// <param name="upstream">Where it goes.</param>
/// <param name="client">Null at <c>/rpc</c>, where nobody can be asked.</param>
/// <param name="services">Clock and log.</param>
internal sealed class VirtualCall(Exchange x, PooledUpstream upstream, ClientSession? client, RelayServices services) : IDisposable
{
    /// <summary>A server that is never satisfied asks for ever.</summary>
    private const int MostRounds = 16;

    private readonly SilenceTimer _silence = new(x.Route.Server.RequestTimeout, services.Clock);
    private readonly ModernReply _reply = new(x);
    private readonly ReadOnlyMemory<byte> _meta = LegacyRequest.Meta(Encoding.UTF8.GetBytes(client?.Capabilities ?? "{}"), (client?.ClientInfo ?? default).Span);

    // Null where no tools come into it.
    private ToolHeaders? _tools;

    // Headers that repeat arguments of the tool. Of the round under way.
    private IReadOnlyList<KeyValuePair<string, string>> _arguments = [];

    /// <summary>The id of the round, raw: the client's own at first, and a new one whenever the request is repeated, as the revision demands.</summary>
    private ReadOnlyMemory<byte> _id = x.ClientId;

    // Written by the client's notifications/cancelled before it ends the wait; read after that.
    private volatile bool _isCancelled;

    /// <summary>The client said notifications/cancelled: between modern parties giving the request up is the cancel.</summary>
    public void Cancel()
    {
        _isCancelled = true;
        try
        {
            _silence.EndWithin(TimeSpan.Zero);
        }
        catch (ObjectDisposedException)
        {
            // It was answered at the same moment.
        }
    }

    public void Dispose() => _silence.Dispose();

    public async ValueTask<Attempt> RunAsync()
    {
        if (x.Envelope.Kind != MessageKind.Request)
        {
            // A server without sessions knows no notifications.
            await x.AnswerAccepted();
            return Attempt.Answered;
        }

        try
        {
            if (x.Envelope.Method is McpMethod.ToolsCall or McpMethod.ToolsList)
            {
                _tools = new ToolHeaders(x, upstream, _meta, services);
                _arguments = await _tools.OfCallAsync(_silence.Token);
                _silence.Restart();
            }

            var (attempt, more) = await RunRoundAsync(default);
            for (var round = 1; more is { } answers; round++)
            {
                _id = GatewayId.Next();
                (attempt, more) = round < MostRounds ? await RunRoundAsync(answers) : (Failed("The upstream asked for input without end."), null);
            }

            return await ConcludeAsync(attempt);
        }
        catch (OperationCanceledException) when (_silence.Token.IsCancellationRequested)
        {
            // What its client gave up says nothing of the upstream, which others may be using.
            return await ConcludeAsync(new Attempt(AttemptEnd.Failed, _isCancelled ? LeaseOutcome.Reusable : LeaseOutcome.TimedOut, RelayError.UpstreamSilent(x.Route.Server.RequestTimeout)));
        }
        catch (UpstreamException failed)
        {
            services.Log.UpstreamFailed(x.Route.Server.Name, failed.Fault.Reason, failed.Fault.Cause);
            return await ConcludeAsync(Attempt.From(failed.Fault));
        }
    }

    /// <param name="more">Raw members of params that a repeated request carries.</param>
    /// <param name="wasRefused">Whether the server did not like the headers of the first try.</param>
    /// <returns>How it ended; or what to repeat the request with.</returns>
    private async ValueTask<(Attempt Attempt, ReadOnlyMemory<byte>? More)> RunRoundAsync(ReadOnlyMemory<byte> more, bool wasRefused = false)
    {
        var message = new ArrayBufferWriter<byte>(x.Message.Length + 512);
        LegacyRequest.Write(message, x.Message.Span, x.Envelope, _id.Span, _meta.Span, (client?.LogLevel ?? default).Span, more.Span);
        await using var reply = await upstream.Session.PostAsync(message.WrittenMemory, [.. Headers(), .. _arguments], _silence.Token);
        services.AnswerBegins(x);
        _silence.Restart();
        switch (reply.Kind)
        {
            case ReplyKind.Json:
                return await TakeAsync(await WholeBody.ReadAsync(reply, _silence));
            case ReplyKind.HttpError when reply.Status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests:
                return (Refused(reply), null);
            case ReplyKind.HttpError when await WholeBody.ReadAsync(reply, _silence) is var body && IsResponse(body):
                if (wasRefused || _tools is null || await _tools.AfterAsync(body, _arguments, _silence.Token) is not { } wanted)
                {
                    return await TakeAsync(body);
                }

                _arguments = wanted;
                return await RunRoundAsync(more, wasRefused: true);
            case ReplyKind.Events:
                return await RelayEventsAsync(reply);
            case ReplyKind.SessionGone:
                // Over stdio: the process has ended, and the next one can be asked as well.
                return (new Attempt(AttemptEnd.SessionGone, LeaseOutcome.SessionGone, RelayError.SessionNotFound), null);
            case ReplyKind.Fault:
                throw new UpstreamException(reply.Fault!);
            default:
                return (Refused(reply), null);
        }
    }

    private Attempt Refused(UpstreamReply reply)
    {
        services.Log.UpstreamFailed(x.Route.Server.Name, $"HTTP {reply.Status}", null);
        return new Attempt(AttemptEnd.Failed, LeaseOutcome.Reusable, UpstreamRefusal.Of(reply, x));
    }

    private List<KeyValuePair<string, string>> Headers()
    {
        var headers = new List<KeyValuePair<string, string>>(x.RequestHeaders) { new(McpHeaders.Method, JsonText.Decode(x.Envelope.MethodName.Of(x.Message.Span))) };
        if (x.Envelope.Method is McpMethod.ToolsCall or McpMethod.PromptsGet or McpMethod.ResourcesRead && x.Envelope.Name.Exists)
        {
            headers.Add(new(McpHeaders.Name, HeaderValue.Encode(JsonText.Decode(x.Envelope.Name.Of(x.Message.Span)))));
        }

        return headers;
    }

    private async ValueTask<(Attempt, ReadOnlyMemory<byte>?)> RelayEventsAsync(UpstreamReply reply)
    {
        await using var events = new EventPump(reply, services.Clock);
        while (await events.NextAsync(patience: null, _silence, _reply) is { } frame)
        {
            if (frame.Data.IsEmpty || Envelope.Read(frame.Data.Span, out var envelope) != EnvelopeError.None)
            {
                continue;
            }

            if (envelope.Kind == MessageKind.Response)
            {
                return await TakeAsync(frame.Data.ToArray());
            }

            if (envelope.Kind != MessageKind.Notification)
            {
                continue;
            }

            if (AnswerVersion.IsOutdatedBy(envelope.Method))
            {
                x.Route.Answers.Outdate();
            }

            if (client is not null)
            {
                await _reply.SendAsync(frame.Data);
            }
        }

        throw new UpstreamException(new UpstreamFault(UpstreamFaultKind.ConnectionLost, "The upstream ended the stream without an answer."));
    }

    /// <summary>A response, whole: the answer, or questions to be asked first.</summary>
    private async ValueTask<(Attempt, ReadOnlyMemory<byte>?)> TakeAsync(ReadOnlyMemory<byte> message)
    {
        if (Envelope.Read(message.Span, out var envelope) != EnvelopeError.None || envelope.Kind != MessageKind.Response)
        {
            throw new UpstreamException(new UpstreamFault(UpstreamFaultKind.Protocol, "The upstream's answer is no JSON-RPC response; check that the URL is its MCP endpoint."));
        }

        var result = envelope.Result.Of(message);
        if (!envelope.Result.Exists || !JsonMembers.Find(result.Span, "resultType"u8).SequenceEqual("\"input_required\""u8))
        {
            await _reply.EndAsync(StatusCodes.Status200OK, ForClient(message, envelope));
            return (Attempt.Answered, null);
        }

        return await AskAsync(result) is { } more ? (default, more) : (Failed("The client did not give the input the upstream asked for."), null);
    }

    /// <returns>What to repeat the request with; null when the client did not answer.</returns>
    private async ValueTask<ReadOnlyMemory<byte>?> AskAsync(ReadOnlyMemory<byte> result)
    {
        var more = new ArrayBufferWriter<byte>(256);
        var separator = "";
        var state = JsonMembers.Locate(result.Span, "requestState"u8);
        if (state.Exists)
        {
            more.Write("\"requestState\":"u8);
            more.Write(state.Of(result.Span));
            separator = ",";
        }

        var requests = JsonMembers.Locate(result.Span, "inputRequests"u8);
        if (!requests.Exists)
        {
            return more.WrittenMemory;
        }

        if (client is null)
        {
            return null;
        }

        more.Write(Encoding.ASCII.GetBytes(separator + "\"inputResponses\":{"));
        var isFirst = true;
        foreach (var (name, request) in Members(requests.Of(result)))
        {
            var answer = await AskAsync(client.Questions, request);
            if (answer.IsEmpty)
            {
                return null;
            }

            more.Write(isFirst ? ""u8 : ","u8);
            more.Write(name.Span);
            more.Write(":"u8);
            more.Write(answer.Span);
            isFirst = false;
        }

        more.Write("}"u8);
        return more.WrittenMemory;
    }

    private async ValueTask<ReadOnlyMemory<byte>> AskAsync(ClientQuestions questions, ReadOnlyMemory<byte> request)
    {
        var (id, answer) = questions.Ask();
        try
        {
            var message = new ArrayBufferWriter<byte>(request.Length + 64);
            message.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
            message.Write(id.Span);
            message.Write(","u8);
            message.Write(request.Span[1..]);
            await _reply.SendAsync(message.WrittenMemory);

            // It is a person that is waited for now, not the upstream.
            _silence.Pause();
            using var over = CancellationTokenSource.CreateLinkedTokenSource(x.Http.RequestAborted, _silence.Token);
            return await answer.WaitAsync(over.Token);
        }
        catch (OperationCanceledException) when (x.ClientGone)
        {
            return default;
        }
        finally
        {
            _silence.Restart();
            questions.Forget(id);
        }
    }

    private static List<(ReadOnlyMemory<byte> RawName, ReadOnlyMemory<byte> Value)> Members(ReadOnlyMemory<byte> json)
    {
        var all = new List<(ReadOnlyMemory<byte>, ReadOnlyMemory<byte>)>();
        for (var members = new JsonMembers(json.Span); members.Next();)
        {
            if (members.Value[0] == '{')
            {
                all.Add((members.RawName.ToArray(), members.Value.ToArray()));
            }
        }

        return all;
    }

    private async ValueTask<Attempt> ConcludeAsync(Attempt attempt)
    {
        if (attempt.Error is not { } error || !_reply.HasBegun)
        {
            return attempt;
        }

        x.Failure = error;
        await _reply.EndAsync(error);
        return attempt with { End = AttemptEnd.Answered, Error = null };
    }

    /// <summary>With the client's own id, and without tools it must not see. Every other byte is the server's.</summary>
    private ReadOnlyMemory<byte> ForClient(ReadOnlyMemory<byte> message, in Envelope envelope)
    {
        var hasId = _id.Equals(x.ClientId);
        var (tools, valid) = x.Envelope.Method == McpMethod.ToolsList ? ValidTools(message, envelope) : default;
        if (hasId && valid.IsEmpty)
        {
            return message;
        }

        var output = new ArrayBufferWriter<byte>(message.Length);
        MessageSplice.Write(output, message.Span, hasId ? default : envelope.Id, x.ClientId.Span, valid.IsEmpty ? default : tools, valid.Span);
        return output.WrittenMemory;
    }

    /// <summary>Where the tools stand in a list, and those of them that a client may see; nothing when that is all of them.</summary>
    private (Slice Tools, ReadOnlyMemory<byte> Valid) ValidTools(ReadOnlyMemory<byte> message, in Envelope envelope)
    {
        var result = envelope.Result.Of(message);
        var tools = envelope.Result.Exists ? JsonMembers.Locate(result.Span, "tools"u8) : default;
        return tools.Exists ? (new Slice(envelope.Result.Start + tools.Start, tools.Length), _tools!.Learn(result, tools.Of(result))) : default;
    }

    private static bool IsResponse(ReadOnlyMemory<byte> body) =>
        Envelope.Read(body.Span, out var envelope) == EnvelopeError.None && envelope is { Kind: MessageKind.Response, Id.Exists: true };

    private static Attempt Failed(string why) =>
        new(AttemptEnd.Failed, LeaseOutcome.Reusable, new RelayError(200, JsonRpcError.InternalError, why, "input_required"));
}
