using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Sealing;

namespace EdgeGateway.DataPath.Relay.Modern;

/// <summary>
/// The opaque <c>requestState</c> a client repeats its request with: sealed to the caller, the server and the request itself, so that
/// neither another user's nor another request's state is accepted (2026-07-28, Multi Round-Trip Requests, server requirements).
/// </summary>
internal sealed class RequestState
{
    // What it opens lives in this process alone.
    private readonly SealedBox _box = SealedBox.ForThisRun();

    /// <param name="id">Which parked request.</param>
    /// <param name="x">The request that is answered with the state.</param>
    public string Seal(long id, Exchange x)
    {
        Span<byte> content = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(content, id);
        return Base64Url.EncodeToString(_box.Seal(content, Context(x)));
    }

    /// <summary>Which parked request the state means; null when it was not made for this caller, server and request.</summary>
    /// <param name="state">The raw JSON string the client sent.</param>
    /// <param name="x">The request it came with.</param>
    public long? Open(ReadOnlySpan<byte> state, Exchange x)
    {
        var text = state[1..^1];
        return Base64Url.IsValid(text) && _box.Open(Base64Url.DecodeFromUtf8(text), Context(x)) is { } content
            ? BinaryPrimitives.ReadInt64BigEndian(content)
            : null;
    }

    /// <summary>Principal, credential, server, method, and the params that make it this request: not what changes from round to round.</summary>
    private static byte[] Context(Exchange x)
    {
        var context = new StringBuilder()
            .Append(x.Principal.Name.Length).Append(':').Append(x.Principal.Name)
            .Append('\n').Append(Callers.CredentialOf(x.Http.Request, x.Route, x.Principal).Fingerprint)
            .Append('\n').Append(x.Route.Server.Id)
            .Append('\n').Append(JsonText.Decode(x.Envelope.MethodName.Of(x.Message.Span)))
            .Append('\n').Append(CanonicalJson.Of(Salient(x.Envelope.Params.Of(x.Message.Span))));
        return SHA256.HashData(Encoding.UTF8.GetBytes(context.ToString()));
    }

    private static ReadOnlySpan<byte> Salient(ReadOnlySpan<byte> parameters)
    {
        var output = new ArrayBufferWriter<byte>(Math.Max(16, parameters.Length));
        output.Write("{"u8);
        var separator = ""u8;
        for (var members = new JsonMembers(parameters); members.Next();)
        {
            if (members.Is("_meta"u8) || members.Is("inputResponses"u8) || members.Is("requestState"u8))
            {
                continue;
            }

            output.Write(separator);
            separator = ","u8;
            output.Write(members.RawName);
            output.Write(":"u8);
            output.Write(members.Value);
        }

        output.Write("}"u8);
        return output.WrittenSpan;
    }
}
