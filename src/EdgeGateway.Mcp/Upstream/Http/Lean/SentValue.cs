using System.Text;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Upstream.Http.Lean;

/// <summary>A header's value where it was received. Becomes a string when somebody asks, and the common ones not even then.</summary>
internal struct SentValue
{
    private Slice _bytes;
    private bool _isSent; // a value may be empty
    private string? _text;

    /// <summary>Takes a value; a further one of the same name is put behind it, as RFC 9110 section 5.3 says.</summary>
    public void Add(Slice bytes, ReadOnlySpan<byte> buffer)
    {
        if (_isSent)
            _text = $"{Text(buffer)}, {Encoding.Latin1.GetString(bytes.Of(buffer))}";
        (_bytes, _isSent) = (bytes, true);
    }

    /// <param name="buffer">What it was received into, unchanged.</param>
    public string? Text(ReadOnlySpan<byte> buffer) => _text ??= _isSent ? Known(_bytes.Of(buffer)) : null;

    private static string Known(ReadOnlySpan<byte> value)
    {
        if (value.SequenceEqual("application/json"u8))
            return "application/json";
        if (value.SequenceEqual("text/event-stream"u8))
            return "text/event-stream";
        return value.SequenceEqual("application/json; charset=utf-8"u8) ? "application/json; charset=utf-8" : Encoding.Latin1.GetString(value);
    }
}
