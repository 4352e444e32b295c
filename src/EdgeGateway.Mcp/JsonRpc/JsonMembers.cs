using System.Text.Json;

namespace EdgeGateway.Mcp.JsonRpc;

/// <summary>The members of a raw JSON object, one after the other, without an object model. 0 bytes allocated.</summary>
/// <param name="json">A valid JSON object; any other JSON, and nothing at all, has no members.</param>
public ref struct JsonMembers(ReadOnlySpan<byte> json)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private Utf8JsonReader _reader = new(json, EnvelopeScanner.Options);
    private bool _isEntered;
    private bool _isObject;

    /// <summary>The name as it stands there, with its quotes.</summary>
    public ReadOnlySpan<byte> RawName { get; private set; }

    /// <summary>The value as it stands there.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Where the value stands in the object.</summary>
    public Slice ValueSlice { get; private set; }

    /// <summary>Goes to the next member; false behind the last.</summary>
    public bool Next()
    {
        if (!_isEntered)
        {
            _isEntered = true;
            _isObject = !_json.IsEmpty && _reader.Read() && _reader.TokenType == JsonTokenType.StartObject;
        }

        if (!_isObject || !_reader.Read() || _reader.TokenType != JsonTokenType.PropertyName)
            return false;
        var nameStart = (int)_reader.TokenStartIndex;
        RawName = _json.Slice(nameStart, _reader.ValueSpan.Length + 2);
        _reader.Read();
        ValueSlice = EnvelopeScanner.TakeValue(ref _reader);
        Value = ValueSlice.Of(_json);
        return true;
    }

    /// <summary>Whether the member has this name, however it is escaped.</summary>
    /// <param name="name">ASCII.</param>
    public readonly bool Is(ReadOnlySpan<byte> name) => JsonText.Equals(RawName[1..^1], name);

    /// <summary>The value of a member of an object; empty when it is absent, or not an object.</summary>
    /// <param name="json">Valid JSON.</param>
    /// <param name="name">ASCII.</param>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var slice = Locate(json, name);
        return slice.Exists ? slice.Of(json) : default;
    }

    /// <summary>Where the value of a member of an object stands; does not exist when the member is absent.</summary>
    /// <param name="json">Valid JSON.</param>
    /// <param name="name">ASCII.</param>
    public static Slice Locate(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        for (var members = new JsonMembers(json); members.Next();)
        {
            if (members.Is(name))
                return members.ValueSlice;
        }

        return default;
    }
}
