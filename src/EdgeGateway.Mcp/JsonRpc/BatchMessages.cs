using System.Text.Json;

namespace EdgeGateway.Mcp.JsonRpc;

/// <summary>Walks the messages of a batch (revision 2025-03-26) without allocating. Use it in a foreach.</summary>
public ref struct BatchMessages
{
    private Utf8JsonReader _reader;

    internal BatchMessages(ReadOnlySpan<byte> batch)
    {
        _reader = new Utf8JsonReader(batch, EnvelopeScanner.Options);
        _reader.Read(); // the opening bracket
    }

    /// <summary>Where the message stands in the batch.</summary>
    public Slice Current { get; private set; }

    /// <summary>Makes foreach work.</summary>
    public readonly BatchMessages GetEnumerator() => this;

    /// <summary>Goes to the next message.</summary>
    /// <returns>False at the end of the batch.</returns>
    /// <exception cref="JsonException">The batch was not accepted by <see cref="Envelope.Read"/>.</exception>
    public bool MoveNext()
    {
        if (!_reader.Read() || _reader.TokenType == JsonTokenType.EndArray)
            return false;
        Current = EnvelopeScanner.TakeValue(ref _reader);
        return true;
    }
}
