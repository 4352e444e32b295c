using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>A JSON-RPC response, whole, and where its parts stand.</summary>
internal readonly record struct Answer(ReadOnlyMemory<byte> Message, Envelope Envelope);

/// <summary>Reads the answer to a request of the gateway's own: initialize, ping.</summary>
internal static class AnswerReader
{
    /// <summary>A server's instructions and capabilities, with room to spare.</summary>
    private const int LongestAnswer = 4 * 1024 * 1024;

    /// <summary>The response among what comes back.</summary>
    /// <param name="reply">Of kind Json (any response is the answer) or Events (the response with our id; others are passed over).</param>
    /// <param name="id">The inside of our id, ASCII.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="UpstreamException">The connection broke.</exception>
    public static async ValueTask<Answer?> ReadAsync(UpstreamReply reply, ReadOnlyMemory<byte> id, CancellationToken cancellationToken)
    {
        if (reply.Kind == ReplyKind.Json)
            return AsResponse(await ReadBodyAsync(reply.Body, cancellationToken));

        await foreach (var frame in reply.ReadEventsAsync(cancellationToken))
        {
            if (AsResponse(frame.Data) is { } answer && Answers(answer, id.Span))
                return answer with { Message = answer.Message.ToArray() }; // the frame's data goes with the frame
        }

        return null;
    }

    /// <summary>The JSON-RPC response in the body of an HTTP error, or null.</summary>
    /// <exception cref="UpstreamException">The connection broke.</exception>
    public static async ValueTask<Answer?> TryReadBodyAsync(UpstreamReply reply, CancellationToken cancellationToken) =>
        AsResponse(await ReadBodyAsync(reply.Body, cancellationToken));

    private static Answer? AsResponse(ReadOnlyMemory<byte> message) =>
        Envelope.Read(message.Span, out var envelope) == EnvelopeError.None && envelope.Kind == MessageKind.Response
            ? new Answer(message, envelope)
            : null;

    private static bool Answers(Answer answer, ReadOnlySpan<byte> id) =>
        answer.Envelope.Id.Exists
            ? JsonText.Equals(answer.Envelope.Id.Of(answer.Message.Span).Trim((byte)'"'), id)
            : answer.Envelope.Error.Exists;

    private static async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        var length = 0;
        while (await body.ReadAsync(buffer.AsMemory(length), cancellationToken) is var read and > 0)
        {
            length += read;
            if (length > LongestAnswer)
                throw new UpstreamException(HttpFaults.Protocol($"The upstream answered the gateway with more than {LongestAnswer >> 20} MiB."));
            if (length == buffer.Length)
                Array.Resize(ref buffer, 2 * buffer.Length);
        }

        return buffer.AsMemory(0, length);
    }
}
