using System.Collections.Concurrent;
using System.Text;

namespace EdgeGateway.MockUpstream.Mcp;

/// <summary>The open sessions. Their ids are random: a client that mixes two up is found out.</summary>
internal sealed class Sessions
{
    private readonly ConcurrentDictionary<string, Session> _open = new();
    private readonly ConcurrentDictionary<string, Session>.AlternateLookup<ReadOnlySpan<char>> _byText;

    public Sessions() => _byText = _open.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Longer is nobody's: those given out have 32 characters.</summary>
    private const int IdLengthMax = 64;

    public int Open => _open.Count;

    /// <summary>The most tool calls that one of them had at once.</summary>
    public int CallsMost => _open.Values.Select(session => session.CallsMost).DefaultIfEmpty().Max();

    public void ForgetMost()
    {
        foreach (var session in _open.Values)
        {
            session.ForgetMost();
        }
    }

    public string Add()
    {
        var id = Guid.NewGuid().ToString("N");
        _open[id] = new Session();
        return id;
    }

    public Session? Find(ReadOnlySpan<byte> id)
    {
        Span<char> text = stackalloc char[IdLengthMax];
        return id.Length <= IdLengthMax && _byText.TryGetValue(text[..Encoding.Latin1.GetChars(id, text)], out var session) ? session : null;
    }

    public bool Remove(ReadOnlySpan<byte> id) => _open.TryRemove(Encoding.Latin1.GetString(id), out _);
}
