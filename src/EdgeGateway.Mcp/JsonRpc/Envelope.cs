using System.Text.Json;
using System.Text.Unicode;

namespace EdgeGateway.Mcp.JsonRpc;

/// <summary>
/// The parts of a JSON-RPC message that a gateway needs, as positions in its bytes: found in one pass, without an object
/// model and without allocation, so that everything else passes byte for byte (protocol.md section 2).
/// All slices are raw JSON values: strings include their quotes.
/// </summary>
public readonly struct Envelope
{
    /// <summary>Levels of nesting that are accepted: real messages stay below 20; 64 is what System.Text.Json and most SDKs allow.</summary>
    public const int MaxDepth = 64;

    /// <summary>What the message is.</summary>
    public MessageKind Kind { get; init; }

    /// <summary>The method, when it is one the gateway knows.</summary>
    public McpMethod Method { get; init; }

    /// <summary><c>id</c>: a string or an integer. Absent when it is null, as in some errors.</summary>
    public Slice Id { get; init; }

    /// <summary><c>method</c>, with its quotes.</summary>
    public Slice MethodName { get; init; }

    /// <summary><c>params</c>, an object.</summary>
    public Slice Params { get; init; }

    /// <summary><c>params.name</c>, <c>params.uri</c> or <c>params.taskId</c>: whichever the method has. Only a string counts.</summary>
    public Slice Name { get; init; }

    /// <summary>
    /// <c>params._meta.progressToken</c> of a request; <c>params.progressToken</c> of notifications/progress. A string or a number.
    /// </summary>
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

    /// <summary>Scans one message, or the whole of a batch. 0 bytes allocated unless the JSON is malformed.</summary>
    /// <param name="message">UTF-8 JSON, whole. At most <see cref="MaxDepth"/> deep.</param>
    /// <param name="envelope">What was found; as much as was read when there is an error, so that the id can be echoed.</param>
    /// <returns>What is wrong with it. The messages of a batch are not judged: read each of <see cref="Messages"/>.</returns>
    public static EnvelopeError Read(ReadOnlySpan<byte> message, out Envelope envelope)
    {
        // Utf8JsonReader looks at string bytes only when asked for text, so it alone would pass invalid UTF-8 on.
        var malformed = !Utf8.IsValid(message);
        var scanner = new EnvelopeScanner(message);
        try
        {
            scanner.Scan();
        }
        catch (JsonException)
        {
            malformed = true;
        }

        var error = scanner.Judge(out envelope);
        return malformed ? EnvelopeError.MalformedJson : error;
    }

    /// <summary>
    /// The messages of a batch, in order, each to be read with <see cref="Read"/>. One may be a batch again, which JSON-RPC forbids.
    /// </summary>
    /// <param name="batch">A message that <see cref="Read"/> accepted as <see cref="MessageKind.Batch"/>.</param>
    public static BatchMessages Messages(ReadOnlySpan<byte> batch) => new(batch);
}
