namespace EdgeGateway.MockUpstream.Mcp;

internal enum ReplyKind
{
    /// <summary>A notification was taken; there is no answer.</summary>
    Accepted,
    Result,

    /// <summary>Which session the call came in, as its text.</summary>
    Identity,
    Initialized,
    Tools,
    Empty,
    UnknownMethod,

    /// <summary>503, as --fail-every asks.</summary>
    Unavailable,
}

/// <summary>What a message gets.</summary>
/// <param name="Kind">Which answer.</param>
/// <param name="After">How long it takes.</param>
internal readonly record struct Reply(ReplyKind Kind, TimeSpan After = default);
