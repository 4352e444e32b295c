using System.Text;

namespace EdgeGateway.TestUpstreams;

/// <summary>A request as it came over the wire.</summary>
/// <param name="HttpMethod">POST, GET or DELETE.</param>
/// <param name="Label">The JSON-RPC method; <c>response</c> for an answer of the client; <c>batch</c>; <c>GET</c>, <c>DELETE</c>; <c>malformed</c>.</param>
/// <param name="SessionId">The <c>Mcp-Session-Id</c> header.</param>
/// <param name="RawId">The JSON-RPC id as written, or null.</param>
/// <param name="Headers">Names in lower case; several values joined by a comma.</param>
/// <param name="Body">Byte for byte.</param>
public sealed record RecordedRequest(
    string HttpMethod,
    string Label,
    string? SessionId,
    string? RawId,
    IReadOnlyDictionary<string, string> Headers,
    ReadOnlyMemory<byte> Body)
{
    public string BodyText => Encoding.UTF8.GetString(Body.Span);
}
