using System.Globalization;
using System.Text;

namespace EdgeGateway.LoadTests.Client;

/// <summary>
/// A whole HTTP request as it goes over the wire, with a gap for the JSON-RPC id. Ids have one width, so that Content-Length never changes
/// and nothing is written per call but sixteen digits.
/// </summary>
internal sealed class PreparedCall
{
    /// <summary>Below 2^53, so that every JSON reader keeps it exact.</summary>
    private const int IdWidth = 16;

    private readonly byte[] _request;
    private readonly int _idAt;

    private PreparedCall(byte[] request, int idAt) => (_request, _idAt) = (request, idAt);

    public ReadOnlyMemory<byte> Request => _request;

    /// <summary>The id as it stands in the request.</summary>
    public ReadOnlySpan<byte> Id => _request.AsSpan(_idAt, IdWidth);

    /// <param name="target">Where it goes.</param>
    /// <param name="headers">Beside those that every request has: lines, each with CRLF.</param>
    /// <param name="method">JSON-RPC method.</param>
    /// <param name="parameters">JSON.</param>
    public static PreparedCall Post(McpTarget target, string headers, string method, string parameters)
    {
        const string BeforeId = """{"jsonrpc":"2.0","id":""";
        var afterId = $$""","method":"{{method}}","params":{{parameters}}}""";
        var length = BeforeId.Length + IdWidth + Encoding.UTF8.GetByteCount(afterId);
        var head = $"POST {target.Url.PathAndQuery} HTTP/1.1\r\nHost: {target.Url.Authority}\r\n{HttpHead.Common(target)}"
            + $"Content-Type: application/json\r\n{headers}Content-Length: {length}\r\n\r\n{BeforeId}";
        return new(Encoding.UTF8.GetBytes($"{head}{new string('0', IdWidth)}{afterId}"), Encoding.UTF8.GetByteCount(head));
    }

    /// <param name="id">1,000,000,000,000,000 to 9,007,199,254,740,991: sixteen digits.</param>
    public void SetId(long id)
    {
        if (!id.TryFormat(_request.AsSpan(_idAt, IdWidth), out var written, default, CultureInfo.InvariantCulture) || written != IdWidth)
        {
            throw new ArgumentOutOfRangeException(nameof(id), id, $"must have {IdWidth} digits");
        }
    }
}
