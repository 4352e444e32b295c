using System.Buffers.Text;
using System.Text;

namespace EdgeGateway.Mcp.Sse;

/// <summary>The fields of the event being read.</summary>
internal struct SseBlock()
{
    private int _dataStart;
    private int _dataLength = -1; // no data line yet
    private string? _event;
    private string? _id;
    private TimeSpan? _retry;

    /// <summary>Whether the blank line that follows makes a frame of it: an event type or comments alone do not.</summary>
    public readonly bool IsFrame => _dataLength >= 0 || _id is not null || _retry is not null;

    /// <summary>The data so far.</summary>
    public readonly ReadOnlySpan<byte> Data(byte[] bytes) => _dataLength <= 0 ? default : bytes.AsSpan(_dataStart, _dataLength);

    public void DataMovedToFront() => _dataStart = 0;

    public readonly SseFrame ToFrame(byte[] bytes) =>
        new(_event, _dataLength <= 0 ? default : bytes.AsMemory(_dataStart, _dataLength), _id, _retry) { HasNoData = _dataLength < 0 };

    /// <summary>Takes in one line that is not blank. May move its bytes down to the data before it.</summary>
    public void Add(byte[] bytes, int start, int end)
    {
        var line = bytes.AsSpan(start, end - start);
        var colon = line.IndexOf((byte)':');
        var name = colon < 0 ? line : line[..colon];
        var valueStart = colon < 0 ? line.Length : colon + 1;
        if (valueStart < line.Length && line[valueStart] == ' ')
            valueStart++;
        var value = line[valueStart..];

        if (name.SequenceEqual("data"u8))
            AddData(bytes, start + valueStart, value);
        else if (name.SequenceEqual("event"u8))
            _event = value.IsEmpty ? null : value.SequenceEqual("message"u8) ? "message" : Encoding.UTF8.GetString(value);
        else if (name.SequenceEqual("id"u8) && !value.Contains((byte)0))
            _id = Encoding.UTF8.GetString(value);
        else if (name.SequenceEqual("retry"u8) && Utf8Parser.TryParse(value, out uint milliseconds, out var used) && used == value.Length)
            _retry = TimeSpan.FromMilliseconds(milliseconds);
    }

    private void AddData(byte[] bytes, int start, ReadOnlySpan<byte> value)
    {
        if (_dataLength < 0)
        {
            _dataStart = start;
            _dataLength = value.Length;
            return;
        }

        // There is room for the LF: at least the name of the field stands between.
        bytes[_dataStart + _dataLength++] = (byte)'\n';
        value.CopyTo(bytes.AsSpan(_dataStart + _dataLength));
        _dataLength += value.Length;
    }
}
