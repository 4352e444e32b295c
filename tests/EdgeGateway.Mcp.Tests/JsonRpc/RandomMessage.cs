using System.Text;

namespace EdgeGateway.Mcp.Tests.JsonRpc;

/// <summary>Messages as clients, servers and attackers write them: any order, spacing and spelling, some twice, some wrong, some cut or bent.</summary>
internal sealed class RandomMessage(int seed)
{
    private readonly Random _random = new(seed);
    private readonly StringBuilder _text = new();

    /// <summary>Maybe broken.</summary>
    public byte[] Any()
    {
        switch (_random.Next(20))
        {
            case 0:
                Value(3);
                break;
            case 1:
                Array(() => Message(0.05));
                break;
            default:
                Message(0.05);
                break;
        }

        var bytes = Encoding.UTF8.GetBytes(_text.ToString());
        return _random.Next(5) == 0 ? Bend(bytes) : bytes;
    }

    /// <summary>A JSON object with an id, never broken.</summary>
    public byte[] Response()
    {
        Object(Shuffle([("jsonrpc", () => Raw("\"2.0\"")), ("id", Id), (_random.Next(4) == 0 ? "error" : "result", () => Value(4)), ("x", () => Value(3))]));
        return Encoding.UTF8.GetBytes(_text.ToString());
    }

    private void Message(double wrong)
    {
        var members = new List<(string Name, Action Value)> { ("jsonrpc", () => Raw("\"2.0\"")) };
        var isResponse = _random.Next(4) == 0;
        if (isResponse || _random.Next(4) != 0)
            members.Add(("id", Id));
        if (isResponse)
            members.Add(_random.Next(2) == 0 ? ("result", () => Value(3)) : ("error", () => Object([("code", () => Raw("1"))])));
        else
            members.Add(("method", Method));
        if (!isResponse && _random.Next(3) != 0)
            members.Add(("params", Params));
        if (_random.Next(4) == 0)
            members.Add(("extra", () => Value(2)));
        Object(Vary(members, wrong));
    }

    private void Params()
    {
        var members = new List<(string, Action)>();
        foreach (var name in new[] { "name", "uri", "taskId", "progressToken", "requestId", "protocolVersion" })
        {
            if (_random.Next(3) == 0)
                members.Add((name, () => Scalar()));
        }

        if (_random.Next(3) == 0)
            members.Add(("capabilities", () => Object([("roots", () => Object([]))])));
        if (_random.Next(2) == 0)
            members.Add(("_meta", () => Object(Vary([("progressToken", Scalar), ("io.modelcontextprotocol/protocolVersion", String), ("x", () => Value(2))], 0.03))));
        members.Add(("arguments", () => Value(3)));
        Object(Vary(members, 0.03));
    }

    /// <summary>Sometimes a member twice, with another value, or gone.</summary>
    private List<(string, Action)> Vary(List<(string Name, Action Value)> members, double wrong)
    {
        var varied = new List<(string, Action)>();
        foreach (var member in members)
        {
            var dice = _random.NextDouble() / wrong;
            if (dice < 1)
                continue;
            varied.Add(dice < 2 ? (member.Name, () => Value(2)) : member);
            if (dice is > 2 and < 3)
                varied.Add(member);
        }

        return Shuffle(varied);
    }

    private List<(string, Action)> Shuffle(List<(string, Action)> members)
    {
        for (var i = members.Count - 1; i > 0; i--)
        {
            var j = _random.Next(i + 1);
            (members[i], members[j]) = (members[j], members[i]);
        }

        return members;
    }

    private void Object(List<(string Name, Action Value)> members)
    {
        Raw("{");
        for (var i = 0; i < members.Count; i++)
        {
            if (i > 0)
                Raw(",");
            Text(members[i].Name);
            Raw(":");
            members[i].Value();
        }

        Raw("}");
    }

    private void Array(Action item)
    {
        Raw("[");
        for (var i = _random.Next(4); i > 0; i--)
        {
            item();
            if (i > 1)
                Raw(",");
        }

        Raw("]");
    }

    private void Value(int depth)
    {
        switch (_random.Next(depth > 0 ? 7 : 4))
        {
            case < 4:
                Scalar();
                break;
            case 4:
                Array(() => Value(depth - 1));
                break;
            default:
                Object([.. Enumerable.Range(0, _random.Next(4)).Select(_ => (Pick("id", "method", "a", "name", "é", "\"", "x y"), (Action)(() => Value(depth - 1))))]);
                break;
        }
    }

    private void Scalar()
    {
        switch (_random.Next(5))
        {
            case 0:
                Raw(Pick("true", "false", "null"));
                break;
            case 1:
                Raw(Pick("0", "-1", "17", "1.0", "1.50", "2e3", "-0.0E+1", "123456789012345678901234567890"));
                break;
            default:
                String();
                break;
        }
    }

    private void String() => Text(Pick("", "a", "2.0", "id\":1,\"", "\\", "\"}", "[{", "😀é\n", "tools/call", new string('z', _random.Next(40))));

    private void Id()
    {
        if (_random.Next(2) == 0)
            Raw(Pick("1", "0", "-5", "900719925474099312345", "3.0"));
        else
            Text(Pick("", "a", "egw-1", "x\"y", "}", "\\"));
    }

    private void Method() => Text(Pick("tools/call", "prompts/get", "resources/read", "initialize", "notifications/progress", "notifications/cancelled", "ping", "other"));

    /// <summary>A string, each character spelled in one of the ways JSON has.</summary>
    private void Text(string value)
    {
        var escapes = _random.Next(4) == 0;
        Space();
        _text.Append('"');
        foreach (var c in value)
        {
            if (c < ' ' || (escapes && (char.IsSurrogate(c) || _random.Next(2) == 0))) // half a pair escaped would be no text
                _text.Append(c == '/' ? "\\/" : $"\\u{(int)c:x4}");
            else
                _text.Append(c is '"' or '\\' ? $"\\{c}" : c);
        }

        _text.Append('"');
        Space();
    }

    private void Raw(string token)
    {
        Space();
        _text.Append(token);
        Space();
    }

    private void Space()
    {
        if (_random.Next(8) == 0)
            _text.Append(Pick(" ", "\n", "\t", "\r\n", "   "));
    }

    private byte[] Bend(byte[] bytes)
    {
        if (bytes.Length == 0)
            return bytes;
        var at = _random.Next(bytes.Length);
        switch (_random.Next(4))
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes, .. bytes.AsSpan(at)];
            case 2:
                return [.. bytes.AsSpan(0, at), .. bytes.AsSpan(at + 1)];
            default:
                bytes[at] = (byte)_random.Next(256);
                return bytes;
        }
    }

    private string Pick(params string[] values) => values[_random.Next(values.Length)];
}
