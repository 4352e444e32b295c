using System.Buffers;
using System.Text.Json;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.Cli.Connect;

/// <summary>Passes what comes back for one message on to standard output, and sees to it that a request gets an answer.</summary>
/// <param name="output">Standard output.</param>
/// <param name="id">The request's raw id; empty for what gets no answer.</param>
internal sealed class Answers(LineWriter output, ReadOnlyMemory<byte> id)
{
    private bool _answered;

    /// <summary>The result of the request; empty when there was none.</summary>
    public ReadOnlyMemory<byte> Result { get; private set; }

    /// <summary>Passes on all there is.</summary>
    public async Task PassAsync(UpstreamReply reply, CancellationToken cancellationToken)
    {
        try
        {
            if (reply.Kind == ReplyKind.Events)
            {
                await foreach (var frame in reply.ReadEventsAsync(cancellationToken))
                {
                    await PassAsync(frame.Data);
                }
            }
            else
            {
                await PassAsync(await WholeAsync(reply, cancellationToken));
            }
        }
        catch (UpstreamException lost)
        {
            await FailAsync(JsonRpcError.InternalError, lost.Fault.Message, lost.Fault.Reason);
        }

        await FailAsync(JsonRpcError.InternalError, "The gateway ended its answer without the response; ask again.", "upstream_connection_lost");
    }

    /// <summary>Passes on an error answer of the gateway. One without an id is given the request's, or nobody would know whose it is.</summary>
    /// <returns>What it says; null when it is no JSON-RPC.</returns>
    public async Task<string?> PassErrorAsync(UpstreamReply reply, CancellationToken cancellationToken)
    {
        var message = await WholeAsync(reply, cancellationToken);
        if (Envelope.Read(message.Span, out var envelope) != EnvelopeError.None || !envelope.Error.Exists)
        {
            await FailAsync(JsonRpcError.InternalError, $"The gateway answered with HTTP status {reply.Status}.", "http_status");
            return null;
        }

        using var error = JsonDocument.Parse(envelope.Error.Of(message));
        var (code, text) = (error.RootElement.GetProperty("code").GetInt32(), error.RootElement.GetProperty("message").GetString()!);
        var data = error.RootElement.TryGetProperty("data", out var more) ? System.Text.Encoding.UTF8.GetBytes(more.GetRawText()) : [];
        await WriteErrorAsync(code, text, null, data);
        return text;
    }

    /// <summary>Answers with an error of our own, unless there was an answer.</summary>
    public Task FailAsync(int code, string message, string reason) => WriteErrorAsync(code, message, reason, []);

    private Task WriteErrorAsync(int code, string message, string? reason, byte[] data)
    {
        if (_answered || id.IsEmpty)
        {
            return Task.CompletedTask;
        }

        _answered = true;
        var error = new ArrayBufferWriter<byte>();
        JsonRpcError.Write(error, id.Span, code, message, reason, data);
        return output.WriteAsync(error.WrittenMemory);
    }

    private async Task PassAsync(ReadOnlyMemory<byte> message)
    {
        if (message.IsEmpty)
        {
            return;
        }

        if (Envelope.Read(message.Span, out var envelope) == EnvelopeError.None && envelope.Kind == MessageKind.Response && envelope.Id.Of(message.Span).SequenceEqual(id.Span))
        {
            _answered = true;
            Result = envelope.Result.Exists ? envelope.Result.Of(message).ToArray() : default;
        }

        await output.WriteAsync(message);
    }

    private static async Task<ReadOnlyMemory<byte>> WholeAsync(UpstreamReply reply, CancellationToken cancellationToken)
    {
        var whole = new MemoryStream();
        await reply.Body.CopyToAsync(whole, cancellationToken);
        return whole.GetBuffer().AsMemory(0, (int)whole.Length);
    }
}
