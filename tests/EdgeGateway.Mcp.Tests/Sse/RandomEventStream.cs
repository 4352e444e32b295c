using System.Text;

namespace EdgeGateway.Mcp.Tests.Sse;

/// <summary>Event streams as servers, proxies and attackers write them: every line end, odd fields, broken text, cut anywhere.</summary>
internal sealed class RandomEventStream(int seed)
{
    private static readonly string[] Names = ["data", "data", "data", "data", "event", "id", "retry", "", "Data", "dat", "data ", "x", "retry "];
    private static readonly string[] Colons = [":", ":", ": ", ": ", ": ", ":  ", "", " :", ":\t"];
    private static readonly string[] Ends = ["\n", "\n", "\n", "\r\n", "\r"];

    private readonly Random _random = new(seed);
    private readonly List<byte> _bytes = [];

    public byte[] Bytes()
    {
        if (_random.Next(10) == 0)
            Add("\uFEFF");
        var end = Pick(Ends); // a server uses one; some are mixed on the way
        var mixed = _random.Next(3) == 0;
        for (var lines = _random.Next(16); lines > 0; lines--)
        {
            if (_random.Next(3) != 0)
                Line();
            Add(mixed ? Pick(Ends) : end);
        }

        if (_random.Next(4) == 0 && _bytes.Count > 0)
            _bytes[_random.Next(_bytes.Count)] = (byte)_random.Next(256);
        return [.. _bytes];
    }

    /// <summary>How much the next read brings.</summary>
    public Func<int> Chunks()
    {
        var most = _random.Next(4) switch { 0 => 1, 1 => 4, 2 => 64, _ => 1 << 20 };
        return () => _random.Next(1, most + 1);
    }

    private void Line()
    {
        Add(Pick(Names));
        Add(Pick(Colons));
        switch (_random.Next(12))
        {
            case 0:
                Add(Pick("0", "15", "4294967295", "4294967296", "+1", "-1", "1.5", " 7", "7 ", "0x10", "00012", "٣"));
                break;
            case 1:
                Add(Pick("message", "ping", "mess\0age", "\0"));
                break;
            case 2:
                Add(new string('z', _random.Next(_random.Next(50) == 0 ? 9000 : 200)));
                break;
            case 3:
                _bytes.AddRange(Enumerable.Range(0, _random.Next(8)).Select(_ => (byte)_random.Next(256)));
                break;
            case 4:
                break;
            default:
                Add(Pick("{\"jsonrpc\":\"2.0\",\"id\":1}", "é😀", "a:b", ": x", " y ", "data: nested", "\u2028", "\uFEFFz"));
                break;
        }
    }

    private void Add(string text) => _bytes.AddRange(Encoding.UTF8.GetBytes(text));

    private string Pick(params string[] values) => values[_random.Next(values.Length)];
}
