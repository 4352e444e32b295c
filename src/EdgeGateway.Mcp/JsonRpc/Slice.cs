namespace EdgeGateway.Mcp.JsonRpc;

/// <summary>A part of a message by position. <see cref="Length"/> 0 means that the member is absent.</summary>
/// <param name="Start">First byte.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct Slice(int Start, int Length)
{
    /// <summary>Whether the member is there.</summary>
    public bool Exists => Length != 0;

    /// <summary>The bytes, in the message they were found in.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> message) => message.Slice(Start, Length);

    /// <summary>The bytes, in the message they were found in.</summary>
    public ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> message) => message.Slice(Start, Length);
}
