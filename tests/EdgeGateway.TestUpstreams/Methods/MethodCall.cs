using EdgeGateway.TestUpstreams.Messages;
using EdgeGateway.TestUpstreams.Sessions;

namespace EdgeGateway.TestUpstreams.Methods;

/// <summary>One JSON-RPC request being answered. The session is null on a stateless upstream, the stream null for a JSON answer.</summary>
internal sealed record MethodCall(
    TestUpstream Upstream,
    Session? Session,
    EventStream? Stream,
    IncomingMessage Message,
    IReadOnlyDictionary<string, string> Headers,
    CancellationToken Cancelled);
