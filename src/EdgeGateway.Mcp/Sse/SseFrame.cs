namespace EdgeGateway.Mcp.Sse;

/// <summary>One server-sent event.</summary>
/// <param name="Event">The event's type; null stands for the default, <c>message</c>.</param>
/// <param name="Data">The data, lines joined with LF. Valid until the next frame is read.</param>
/// <param name="Id">The event's id when it carried one; empty string resets; null when it had no id line.</param>
/// <param name="Retry">The reconnection time when it carried one.</param>
public readonly record struct SseFrame(string? Event, ReadOnlyMemory<byte> Data, string? Id, TimeSpan? Retry)
{
    /// <summary>
    /// True for a frame without any data line, such as a bare <c>retry:</c>, which clients take in but do not see as an
    /// event. False with empty <see cref="Data"/>: an event with an empty data line, as MCP's priming event.
    /// </summary>
    public bool HasNoData { get; init; }
}
