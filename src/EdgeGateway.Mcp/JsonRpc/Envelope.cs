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

/// <summary>What is wrong with a message.</summary>
public enum EnvelopeError : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Not JSON, truncated, trailing bytes, or nested deeper than the limit: −32700.</summary>
    MalformedJson,

    /// <summary>JSON, but not a JSON-RPC 2.0 message (<c>jsonrpc</c> missing, id neither string nor integer, …): −32600.</summary>
    WrongShape,

    /// <summary>A member that decides routing stands there twice: −32600.</summary>
    DuplicateMember,
}

/// <summary>
/// The parts of a JSON-RPC message that a gateway needs, as positions in its bytes: found in one pass, without an object
/// model and without allocation, so that everything else passes byte for byte (protocol.md section 2).
/// All slices are raw JSON values: strings include their quotes.
/// </summary>
public readonly struct Envelope
{
    /// <summary>What the message is.</summary>
    public MessageKind Kind { get; init; }

    /// <summary>The method, when it is one the gateway knows.</summary>
    public McpMethod Method { get; init; }

    /// <summary><c>id</c>.</summary>
    public Slice Id { get; init; }

    /// <summary><c>method</c>, with its quotes.</summary>
    public Slice MethodName { get; init; }

    /// <summary><c>params.name</c>, or <c>params.uri</c>, or <c>params.taskId</c>: whichever the method has.</summary>
    public Slice Name { get; init; }

    /// <summary><c>params._meta.progressToken</c> of a request; <c>params.progressToken</c> of notifications/progress.</summary>
    public Slice ProgressToken { get; init; }

    /// <summary><c>params.requestId</c> of notifications/cancelled.</summary>
    public Slice CancelledId { get; init; }

    /// <summary><c>params.protocolVersion</c> of initialize.</summary>
    public Slice ProtocolVersion { get; init; }

    /// <summary><c>params.capabilities</c> of initialize.</summary>
    public Slice Capabilities { get; init; }

    /// <summary><c>params._meta["io.modelcontextprotocol/protocolVersion"]</c>: a modern client's revision.</summary>
    public Slice MetaProtocolVersion { get; init; }

    /// <summary><c>result</c> of a response.</summary>
    public Slice Result { get; init; }

    /// <summary><c>error</c> of a response.</summary>
    public Slice Error { get; init; }

    /// <summary>Scans one message. 0 bytes allocated.</summary>
    /// <param name="message">UTF-8 JSON, whole.</param>
    /// <param name="envelope">What was found; as much as was read when there is an error, so that the id can be echoed.</param>
    public static EnvelopeError Read(ReadOnlySpan<byte> message, out Envelope envelope) => throw new NotImplementedException();
}
