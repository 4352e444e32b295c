using System.Collections.Concurrent;
using System.Text;

namespace EdgeGateway.Telemetry;

/// <summary>
/// Names that come from outside and become labels: a client may send any name of a tool, and every label value is a time series for ever.
/// So only the first ones are told apart. Looking up a known name allocates nothing.
/// </summary>
/// <param name="limit">How many are told apart.</param>
internal sealed class KnownNames(int limit)
{
    /// <summary>What stands for all the others; also the semantic conventions' word for it.</summary>
    public const string Other = "_OTHER";

    /// <summary>A name is for people; what is longer is none.</summary>
    private const int LongestName = 128;

    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);

    // A few more than the limit may get in at the same moment, which harms nobody.
    private int _count;

    /// <param name="json">A raw JSON string, quotes included; anything else is one of the others.</param>
    public string Of(ReadOnlySpan<byte> json)
    {
        if (json.Length is < 3 or > LongestName + 2 || json.Contains((byte)'\\'))
        {
            return Other;
        }

        Span<char> text = stackalloc char[LongestName];
        return Encoding.UTF8.TryGetChars(json[1..^1], text, out var length) ? Of(text[..length]) : Other;
    }

    public string Of(ReadOnlySpan<char> name)
    {
        var known = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(name, out var same))
        {
            return same;
        }

        if (Volatile.Read(ref _count) >= limit)
        {
            return Other;
        }

        var added = name.ToString();
        if (_names.TryAdd(added, added))
        {
            Interlocked.Increment(ref _count);
        }

        return added;
    }
}
