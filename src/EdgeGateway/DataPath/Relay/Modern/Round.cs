using System.Buffers;
using EdgeGateway.DataPath.Release;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.DataPath.Relay.Modern;

/// <summary>One HTTP request of a bridged call: the client it answers, what it declared, and how it ends.</summary>
internal sealed class Round : IDisposable
{
    private readonly CancellationTokenRegistration _disconnect;
    private readonly ReadOnlyMemory<byte> _progressToken;

    public Round(Exchange x, ModernParams parameters, BridgedCall call, RelayServices services)
    {
        X = x;
        Parameters = parameters;
        Silence = new SilenceTimer(x.Route.Server.RequestTimeout, services.Clock);
        Reply = new ModernReply(x);
        LogLevel = ModernCaller.LogLevel(parameters.LogLevel.Span);
        _progressToken = x.Envelope.ProgressToken.Of(x.Message);
        _disconnect = x.Http.RequestAborted.UnsafeRegister(_ => call.Cancel(Silence), null);
    }

    public Exchange X { get; }

    public ModernParams Parameters { get; }

    public SilenceTimer Silence { get; }

    public ModernReply Reply { get; }

    /// <summary>Of the log messages the client asked for; −1 for none.</summary>
    public int LogLevel { get; }

    /// <summary>The call waits for the client's next request: it is no longer this round's to end.</summary>
    public bool IsParked { get; set; }

    /// <summary>What concerns this request and was asked for; nothing else belongs on its stream.</summary>
    public ValueTask RelayNotificationAsync(ReadOnlyMemory<byte> message, in Envelope envelope, ReadOnlyMemory<byte> upstreamId)
    {
        switch (envelope.Method)
        {
            case McpMethod.Progress when !_progressToken.IsEmpty && envelope.ProgressToken.Of(message.Span).SequenceEqual(upstreamId.Span):
                var output = new ArrayBufferWriter<byte>(message.Length + _progressToken.Length);
                MessageSplice.Write(output, message.Span, envelope.ProgressToken, _progressToken.Span);
                return Reply.SendAsync(output.WrittenMemory);
            case McpMethod.LogMessage when LogLevel >= 0 && ModernCaller.LogLevel(JsonMembers.Find(envelope.Params.Of(message.Span), "level"u8)) >= LogLevel:
                return Reply.SendAsync(message);
            default:
                return default;
        }
    }

    /// <summary>Ends the round with questions.</summary>
    public async ValueTask AskAsync(ReadOnlyMemory<byte> inputRequired, ReadOnlyMemory<byte> serverInfo)
    {
        var result = new ArrayBufferWriter<byte>(inputRequired.Length + 128);
        LegacyToModern.WriteResult(result, inputRequired.Span, isCacheable: false, serverInfo.Span);
        var response = new ArrayBufferWriter<byte>(result.WrittenCount + 64);
        JsonRpcResult.Write(response, X.ClientId.Span, result.WrittenSpan);
        await Reply.EndAsync(StatusCodes.Status200OK, response.WrittenMemory);
    }

    /// <summary>Ends an answer that has begun with the error, as its last event; otherwise the error is still to be answered.</summary>
    public async ValueTask<Attempt> FailAsync(Attempt attempt)
    {
        if (attempt.Error is not { } error || !Reply.HasBegun)
        {
            return attempt;
        }

        X.Failure = error;
        await Reply.EndAsync(error);
        return attempt with { End = AttemptEnd.Answered, Error = null };
    }

    public void Dispose()
    {
        _disconnect.Dispose();
        Silence.Dispose();
    }
}
