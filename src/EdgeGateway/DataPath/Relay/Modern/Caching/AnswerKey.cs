using System.Security.Cryptography;
using System.Text;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.DataPath.Relay.Modern.Caching;

/// <summary>What has to be the same for one answer to do for two requests (2026-07-28, Caching, Cache Key).</summary>
/// <param name="Server">The connection it came over.</param>
/// <param name="Version">Of <paramref name="Server"/>, read before the request was sent.</param>
/// <param name="Digest">Of the method, the parameters and what of the caller's own headers goes upstream.</param>
/// <param name="Principal">Whose it is; null for everybody's.</param>
internal sealed record AnswerKey(AnswerVersion Server, long Version, string Digest, string? Principal)
{
    /// <summary>The key of a request's answer, should it be public; null when the revision does not let it be kept.</summary>
    /// <remarks>
    /// Capabilities, client and every key of _meta that is not known to be without influence count as parameters: a server may list
    /// other tools to a client that can be asked.
    /// </remarks>
    public static AnswerKey? Of(Exchange x, in ModernParams parameters)
    {
        var isCacheable = x.Envelope.Kind == MessageKind.Request && (x.Envelope.Method == McpMethod.ServerDiscover || ModernReply.IsCacheable(x.Envelope.Method));
        if (!isCacheable || !parameters.InputResponses.IsEmpty || !parameters.RequestState.IsEmpty)
        {
            return null;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, x.Envelope.Method.ToString());
        Add(hash, x.Http.Request.Headers[McpHeaders.ProtocolVersion].ToString());
        foreach (var (name, value) in x.UpstreamHeaders)
        {
            Add(hash, name);
            Add(hash, value);
        }

        foreach (var name in x.Route.Server.PassthroughHeaders)
        {
            Add(hash, name);
            Add(hash, x.Http.Request.Headers[name].ToString());
        }

        for (var members = new JsonMembers(x.Envelope.Params.Of(x.Message.Span)); members.Next();)
        {
            if (members.Is("_meta"u8))
            {
                AddMeta(hash, members.Value);
            }
            else
            {
                Add(hash, members);
            }
        }

        return new AnswerKey(x.Route.Answers, x.Route.Answers.Number, Convert.ToHexString(hash.GetHashAndReset()), Principal: null);
    }

    private static void AddMeta(IncrementalHash hash, ReadOnlySpan<byte> meta)
    {
        Add(hash, "_meta");
        for (var members = new JsonMembers(meta); members.Next();)
        {
            // Differs from request to request and says nothing about the answer (specification, basic, _meta; W3C Trace Context and Baggage).
            if (!members.Is("progressToken"u8) && !members.Is("traceparent"u8) && !members.Is("tracestate"u8) && !members.Is("baggage"u8))
            {
                Add(hash, members);
            }
        }

        Add(hash, "");
    }

    private static void Add(IncrementalHash hash, in JsonMembers member)
    {
        hash.AppendData(member.RawName);
        hash.AppendData(":"u8);
        hash.AppendData(member.Value);
        hash.AppendData(","u8);
    }

    /// <summary>With its length, so that what stands next to it cannot pass for a part of it.</summary>
    private static void Add(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        hash.AppendData(bytes);
    }
}
