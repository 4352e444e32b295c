using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.DataPath.LegacySse;

/// <summary>
/// A JSON answer on its way to a stream that others write to as well: it must be whole before its event begins. What is longer than
/// an event may be is read to its end and not kept.
/// </summary>
internal sealed class AnswerBody : MemoryStream
{
    public bool IsTooLong { get; private set; }

    public ReadOnlyMemory<byte> Bytes => GetBuffer().AsMemory(0, (int)Length);

    /// <summary>Every other way to write leads here.</summary>
    public override void Write(byte[] buffer, int offset, int count)
    {
        IsTooLong |= Length + count > SseReader.MaxEventBytes;
        if (!IsTooLong)
        {
            base.Write(buffer, offset, count);
        }
    }
}
