using System.Buffers;

namespace EdgeGateway.DataPath.Relay.Modern.Caching;

/// <summary>A copy of an answer that passes through, made while it does.</summary>
internal sealed class AnswerCopy
{
    /// <summary>Longer answers are not worth their memory.</summary>
    private const int Longest = 1024 * 1024;

    private ArrayBufferWriter<byte>? _message = new();

    /// <summary>What has come of it; empty when it is too long.</summary>
    public ReadOnlyMemory<byte> Message => _message?.WrittenMemory ?? default;

    public void Add(ReadOnlySpan<byte> part)
    {
        if (_message?.WrittenCount + part.Length > Longest)
        {
            _message = null;
        }

        _message?.Write(part);
    }
}
