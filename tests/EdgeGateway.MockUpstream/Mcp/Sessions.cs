using System.Collections.Concurrent;
using System.Text;

namespace EdgeGateway.MockUpstream.Mcp;

/// <summary>The open sessions. Their ids are random: a client that mixes two up is found out.</summary>
internal sealed class Sessions
{
    private readonly ConcurrentDictionary<string, byte> _open = new();
    private readonly ConcurrentDictionary<string, byte>.AlternateLookup<ReadOnlySpan<char>> _byText;

    public Sessions() => _byText = _open.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Longer is nobody's: those given out have 32 characters.</summary>
    private const int IdLengthMax = 64;

    public int Open => _open.Count;

    public string Add()
    {
        var id = Guid.NewGuid().ToString("N");
        _open[id] = 0;
        return id;
    }

    public bool Contains(ReadOnlySpan<byte> id)
    {
        Span<char> text = stackalloc char[IdLengthMax];
        return id.Length <= IdLengthMax && _byText.ContainsKey(text[..Encoding.Latin1.GetChars(id, text)]);
    }

    public bool Remove(ReadOnlySpan<byte> id) => _open.TryRemove(Encoding.Latin1.GetString(id), out _);
}
