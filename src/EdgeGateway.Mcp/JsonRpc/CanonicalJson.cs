namespace EdgeGateway.Mcp.JsonRpc;

/// <summary>One spelling for equal JSON: members sorted by name, no white space; so that equal client capabilities make one session class.</summary>
public static class CanonicalJson
{
    /// <summary>The canonical text of a JSON object.</summary>
    /// <param name="json">UTF-8 JSON, valid.</param>
    public static string Of(ReadOnlySpan<byte> json) => throw new NotImplementedException();
}
