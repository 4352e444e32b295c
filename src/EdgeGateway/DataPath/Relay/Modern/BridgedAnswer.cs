using System.Buffers;
using System.Text.Json;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Release;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.DataPath.Relay.Modern;

/// <summary>The answer of a legacy server on its way to a modern client: whole where it is short, streamed where it is not.</summary>
internal sealed class BridgedAnswer(Round round, PooledUpstream upstream)
{
    /// <summary>A longer body is a result, not an error: it can begin before its end is known.</summary>
    private const int Whole = 64 * 1024;

    /// <summary>A JSON body.</summary>
    /// <exception cref="UpstreamException">It is no JSON-RPC response, or breaks off.</exception>
    public async ValueTask<Attempt> RelayAsync(UpstreamReply reply)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Whole);
        try
        {
            var length = 0;
            int read;
            while (length < Whole && (read = await reply.Body.ReadAsync(rented.AsMemory(length, Whole - length), round.Silence.Token)) > 0)
            {
                length += read;
                round.Silence.Restart();
            }

            var begun = rented.AsMemory(0, length);
            return length < Whole ? await EndAsync(begun) : await StreamAsync(reply, begun, rented);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>A whole response.</summary>
    public ValueTask<Attempt> EndAsync(ReadOnlyMemory<byte> message) =>
        Envelope.Read(message.Span, out var envelope) == EnvelopeError.None && envelope.Kind == MessageKind.Response
            ? EndAsync(message, envelope)
            : throw new UpstreamException(new UpstreamFault(UpstreamFaultKind.Protocol, "The upstream's answer is no JSON-RPC response; check that the URL is its MCP endpoint."));

    /// <summary>A whole response whose parts are known.</summary>
    public async ValueTask<Attempt> EndAsync(ReadOnlyMemory<byte> message, Envelope envelope)
    {
        if (TaskOwners.Begins(round.X.Message.Span, round.X.Envelope, upstream))
        {
            round.X.Route.Tasks.Learn(round.X.Principal.Name, upstream, message.Span);
        }

        var serverInfo = upstream.ServerInfo;
        if (UrlElicitation.Find(message, envelope) is { } asked)
        {
            // The server keeps nothing for it: the client goes to the address and then sends its request anew.
            await (UrlElicitation.IsDeclared(round.Parameters.ClientCapabilities) ? round.AskAsync(asked, serverInfo) : round.Reply.EndAsync(RelayError.NeedsUrlElicitation));
        }
        else
        {
            await round.Reply.EndAsync(message, envelope, serverInfo.Span);
        }

        return Attempt.Answered;
    }

    private async ValueTask<Attempt> StreamAsync(UpstreamReply reply, ReadOnlyMemory<byte> begun, byte[] buffer)
    {
        var response = round.X.Http.Response;
        response.ContentType = "application/json";
        var rewriter = new ResponseIdRewriter(round.X.ClientId);
        Open(response.BodyWriter, rewriter, begun.Span);
        await response.BodyWriter.FlushAsync();
        int read;
        while ((read = await reply.Body.ReadAsync(buffer, round.Silence.Token)) > 0)
        {
            round.Silence.Pause();
            if (!round.X.ClientGone)
            {
                rewriter.Write(buffer.AsSpan(0, read), response.BodyWriter);
                await response.BodyWriter.FlushAsync();
            }

            round.Silence.Restart();
        }

        rewriter.Complete(response.BodyWriter);
        await response.BodyWriter.FlushAsync();
        return Attempt.Answered;
    }

    /// <summary>The first part, with what a modern result must have put in front of what it has.</summary>
    private void Open(IBufferWriter<byte> output, ResponseIdRewriter rewriter, ReadOnlySpan<byte> begun)
    {
        var at = StartOfResult(begun);
        rewriter.Write(begun[..at], output);
        if (at > 0)
        {
            output.Write("\"resultType\":\"complete\","u8);
            output.Write(ModernReply.IsCacheable(round.X.Envelope.Method) ? "\"ttlMs\":0,\"cacheScope\":\"private\","u8 : default);
        }

        rewriter.Write(begun[at..], output);
    }

    /// <summary>Behind the brace that opens the result; 0 when it is not in this part.</summary>
    private static int StartOfResult(ReadOnlySpan<byte> begun)
    {
        var reader = new Utf8JsonReader(begun, isFinalBlock: false, default);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("result"u8))
            {
                return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? (int)reader.BytesConsumed : 0;
            }
        }

        return 0;
    }
}
