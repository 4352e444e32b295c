using System.Buffers;

namespace EdgeGateway.Mcp.JsonRpc;

/// <summary>
/// Replaces the top-level <c>id</c> of a JSON response while it streams, chunk by chunk: nothing is buffered but an
/// unfinished <c>"id"</c> token, so a response of any size passes (protocol.md section 2). Works on a single object.
/// Malformed input passes unchanged.
/// </summary>
/// <param name="replacement">The raw JSON value to put there.</param>
public sealed class ResponseIdRewriter(ReadOnlyMemory<byte> replacement)
{
    /// <summary>Whether the id was found and replaced.</summary>
    public bool Replaced => throw new NotImplementedException();

    /// <summary>Writes the next chunk.</summary>
    public void Write(ReadOnlySpan<byte> chunk, IBufferWriter<byte> output) => output.Write(replacement.Span);

    /// <summary>Writes what was held back at the end of the input.</summary>
    public void Complete(IBufferWriter<byte> output) => throw new NotImplementedException();
}
