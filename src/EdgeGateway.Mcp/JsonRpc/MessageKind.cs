namespace EdgeGateway.Mcp.JsonRpc;

/// <summary>What a JSON-RPC message is.</summary>
public enum MessageKind : byte
{
    /// <summary>Has <c>method</c> and <c>id</c>.</summary>
    Request,

    /// <summary>Has <c>method</c>, no <c>id</c>.</summary>
    Notification,

    /// <summary>Has <c>id</c> and <c>result</c> or <c>error</c>.</summary>
    Response,

    /// <summary>An array: one of the above each (only revision 2025-03-26 allows it).</summary>
    Batch,
}
