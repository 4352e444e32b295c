namespace EdgeGateway.Mcp.JsonRpc;

/// <summary>What is wrong with a message. When several things are: malformed before duplicate before shape.</summary>
public enum EnvelopeError : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Not JSON, not UTF-8, truncated, trailing bytes, or nested deeper than the limit: −32700.</summary>
    MalformedJson,

    /// <summary>JSON, but not a JSON-RPC 2.0 message (<c>jsonrpc</c> missing, id neither string nor integer, …): −32600.</summary>
    WrongShape,

    /// <summary>A member that decides routing stands there twice: −32600.</summary>
    DuplicateMember,
}
