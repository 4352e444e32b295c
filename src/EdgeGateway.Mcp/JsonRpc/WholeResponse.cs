using System.Buffers;

namespace EdgeGateway.Mcp.JsonRpc;

/// <summary>
/// Replaces the id of a JSON response that is all there, where servers usually put it: first, behind <c>jsonrpc</c>, or last. What looks
/// otherwise is for <see cref="ResponseIdRewriter"/>, which finds it anywhere and walks every byte to do so.
/// </summary>
public static class WholeResponse
{
    /// <summary>Writes the response with the other id, or nothing.</summary>
    /// <param name="response">One JSON object.</param>
    /// <param name="id">The id it should have: a raw JSON string or number.</param>
    /// <param name="replacement">The raw JSON value to put there.</param>
    /// <param name="output">Gets the response.</param>
    /// <returns>False when the id is not there: then nothing was written.</returns>
    public static bool TryReplaceId(ReadOnlySpan<byte> response, ReadOnlySpan<byte> id, ReadOnlySpan<byte> replacement, IBufferWriter<byte> output)
    {
        var start = StartOf(response, id);
        if (start < 0)
            return false;
        output.Write(response[..start]);
        output.Write(replacement);
        output.Write(response[(start + id.Length)..]);
        return true;
    }

    private static int StartOf(ReadOnlySpan<byte> response, ReadOnlySpan<byte> id)
    {
        var head = "{\"jsonrpc\":\"2.0\",\"id\":"u8;
        if (response.StartsWith(head) && response[head.Length..].StartsWith(id)
            && response.Length > head.Length + id.Length && response[head.Length + id.Length] is (byte)',' or (byte)'}')
            return head.Length;

        // The last byte ends the root, so what stands before it is a member of the root. That its name begins here and not inside a string
        // shows in the comma: behind the quote that ended a string, id could not stand bare.
        var tail = ",\"id\":"u8;
        var start = response.Length - 1 - id.Length;
        return start > tail.Length && response[^1] == '}' && response[start..^1].SequenceEqual(id) && response[..start].EndsWith(tail) ? start : -1;
    }
}
