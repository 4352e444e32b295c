using System.Buffers;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.DataPath.LegacySse;

/// <summary>
/// The HTTP request that the stages see in place of a legacy client's POST: with its headers, and a response of which JSON and events
/// become events of the client's stream. It outlives the POST, which is answered at once.
/// </summary>
internal sealed class StreamedAnswer : IEventSink
{
    private readonly LegacyClient _client;
    private readonly ReadOnlyMemory<byte> _requestId;

    // One request, one writer.
    private bool _answered;

    /// <param name="client">Whose stream it is.</param>
    /// <param name="headers">Of the POST; copied.</param>
    /// <param name="requestId">Raw; empty where no answer is owed.</param>
    public StreamedAnswer(LegacyClient client, IHeaderDictionary headers, ReadOnlyMemory<byte> requestId)
    {
        (_client, _requestId) = (client, requestId);
        Http = new DefaultHttpContext { RequestAborted = client.Ended };
        foreach (var (name, value) in headers)
        {
            Http.Request.Headers[name] = value;
        }

        Http.Request.Headers[McpHeaders.SessionId] = client.Session?.Id;
        Http.Response.Body = Body;
        Http.Features.Set<IEventSink>(this);
    }

    public HttpContext Http { get; }

    private AnswerBody Body { get; } = new(); // memory only: needs no disposal

    public int Status => Http.Response.StatusCode;

    /// <summary>The JSON that was answered, if any.</summary>
    public ReadOnlyMemory<byte> Json => Body.Bytes;

    /// <summary>Ids and retry times are of other streams, and an event without data is not of this transport.</summary>
    public async ValueTask WriteAsync(SseFrame frame)
    {
        if (!frame.Data.IsEmpty)
        {
            _answered |= Answers(frame.Data.Span);
            await _client.WriteAsync(new SseFrame("message", frame.Data, null, null));
        }
    }

    /// <summary>Everything was said: what is not yet on the stream goes there, and a request that got no answer gets an error.</summary>
    /// <param name="isOwed">Whether the message was one that is answered.</param>
    public async Task CompleteAsync(bool isOwed)
    {
        if (isOwed && !_answered)
        {
            await _client.WriteAsync(new SseFrame("message", Answers(Json.Span) ? Json : Error(), null, null));
        }
    }

    /// <summary>Any message answers a batch, whose id is empty.</summary>
    private bool Answers(ReadOnlySpan<byte> message) =>
        Envelope.Read(message, out var envelope) == EnvelopeError.None
        && (_requestId.IsEmpty ? envelope.Kind is MessageKind.Response or MessageKind.Batch
            : envelope.Kind == MessageKind.Response && ClientIds.AreEqual(envelope.Id.Of(message), _requestId.Span));

    private ReadOnlyMemory<byte> Error()
    {
        var (says, reason) = Body.IsTooLong
            ? ($"The answer is longer than {SseReader.MaxEventBytes >> 20} MiB; use /servers/{{id}}/mcp, which has no limit.", "too_large")
            : Status >= StatusCodes.Status400BadRequest
                ? ($"The upstream answered {Status}; see its log.", "upstream_protocol")
                : ("The upstream ended its answer before it was complete; see its log.", "upstream_connection_lost");
        var error = new ArrayBufferWriter<byte>(256);
        JsonRpcError.Write(error, _requestId.Span, JsonRpcError.InternalError, says, reason);
        return error.WrittenMemory;
    }
}
