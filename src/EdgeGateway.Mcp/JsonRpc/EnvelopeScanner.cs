using System.Text.Json;

namespace EdgeGateway.Mcp.JsonRpc;

/// <summary>
/// The one pass behind <see cref="Envelope.Read"/>. It remembers where members stand and which came twice, and judges only
/// at the end: members come in any order, so <c>params</c> may be seen before the method that gives it a meaning.
/// </summary>
internal ref struct EnvelopeScanner(ReadOnlySpan<byte> message)
{
    public static readonly JsonReaderOptions Options = new()
    {
        MaxDepth = Envelope.MaxDepth,
        CommentHandling = JsonCommentHandling.Disallow,
        AllowTrailingCommas = false,
    };

    private readonly ReadOnlySpan<byte> _message = message;
    private Utf8JsonReader _reader = new(message, Options);
    private Member _seen;
    private bool _duplicate;
    private bool _wrongShape;
    private bool _isVersion2;
    private bool _isBatch;
    private bool _idIsNull;
    private McpMethod _known;
    private Slice _id, _method, _params, _result, _error;
    private Slice _name, _uri, _taskId, _paramsToken, _metaToken, _requestId, _protocolVersion, _capabilities, _metaVersion;

    [Flags]
    private enum Member : ushort
    {
        JsonRpc = 1 << 0,
        Id = 1 << 1,
        Method = 1 << 2,
        Params = 1 << 3,
        Result = 1 << 4,
        Error = 1 << 5,
        Name = 1 << 6,
        Uri = 1 << 7,
        TaskId = 1 << 8,
        Meta = 1 << 9,
        ParamsToken = 1 << 10,
        RequestId = 1 << 11,
        ProtocolVersion = 1 << 12,
        Capabilities = 1 << 13,
        MetaToken = 1 << 14,
        MetaVersion = 1 << 15,
    }

    /// <summary>Reads to the end. Throws <see cref="JsonException"/> when it is not JSON; what was found until then stays.</summary>
    public void Scan()
    {
        _reader.Read();
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                ScanMessage();
                break;
            case JsonTokenType.StartArray:
                ScanBatch();
                break;
            default:
                _wrongShape = true;
                break;
        }

        _reader.Read(); // throws when anything but white space follows
    }

    /// <summary>Decides what the message is, and whether it may pass.</summary>
    public readonly EnvelopeError Judge(out Envelope envelope)
    {
        var kind = _isBatch ? MessageKind.Batch
            : !Has(Member.Method) ? MessageKind.Response
            : Has(Member.Id) ? MessageKind.Request
            : MessageKind.Notification;
        envelope = new Envelope
        {
            Kind = kind,
            Method = _known,
            Id = _id,
            MethodName = _method,
            Params = _params,
            Name = NameOf(_known),
            ProgressToken = _known == McpMethod.Progress ? _paramsToken : _metaToken,
            CancelledId = _known == McpMethod.Cancelled ? _requestId : default,
            ProtocolVersion = _known == McpMethod.Initialize ? _protocolVersion : default,
            Capabilities = _known == McpMethod.Initialize ? _capabilities : default,
            MetaProtocolVersion = _metaVersion,
            Result = _result,
            Error = _error,
        };
        return _duplicate ? EnvelopeError.DuplicateMember
            : _wrongShape || !IsWhole(kind) ? EnvelopeError.WrongShape
            : EnvelopeError.None;
    }

    /// <summary>The value the reader stands on, as a position; the reader then stands on its end.</summary>
    public static Slice TakeValue(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new Slice(start, (int)reader.BytesConsumed - start);
    }

    private void ScanBatch()
    {
        _isBatch = true;
        _wrongShape = true; // until there is a message in it
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            _wrongShape = false;
            _reader.Skip();
        }
    }

    private void ScanMessage()
    {
        while (NextMember())
        {
            if (Is("jsonrpc"u8, Member.JsonRpc))
                _isVersion2 = ValueIs("2.0"u8);
            else if (Is("id"u8, Member.Id))
                TakeId();
            else if (Is("method"u8, Member.Method))
                TakeMethod();
            else if (Is("params"u8, Member.Params))
                ScanParams();
            else if (Is("result"u8, Member.Result))
                _result = Take();
            else if (Is("error"u8, Member.Error))
                TakeError();
            else
                SkipValue();
        }
    }

    private void ScanParams()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _wrongShape = true;
            _reader.Skip();
            return;
        }

        var start = (int)_reader.TokenStartIndex;
        while (NextMember())
        {
            if (Is("name"u8, Member.Name))
                _name = TakeString();
            else if (Is("uri"u8, Member.Uri))
                _uri = TakeString();
            else if (Is("taskId"u8, Member.TaskId))
                _taskId = TakeString();
            else if (Is("_meta"u8, Member.Meta))
                ScanMeta();
            else if (Is("progressToken"u8, Member.ParamsToken))
                _paramsToken = TakeStringOrNumber();
            else if (Is("requestId"u8, Member.RequestId))
                _requestId = TakeStringOrNumber();
            else if (Is("protocolVersion"u8, Member.ProtocolVersion))
                _protocolVersion = TakeString();
            else if (Is("capabilities"u8, Member.Capabilities))
                _capabilities = TakeObject();
            else
                SkipValue();
        }

        _params = new Slice(start, (int)_reader.BytesConsumed - start);
    }

    private void ScanMeta()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _reader.Skip();
            return;
        }

        while (NextMember())
        {
            if (Is("progressToken"u8, Member.MetaToken))
                _metaToken = TakeStringOrNumber();
            else if (Is("io.modelcontextprotocol/protocolVersion"u8, Member.MetaVersion))
                _metaVersion = TakeString();
            else
                SkipValue();
        }
    }

    private bool NextMember() => _reader.Read() && _reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Whether the reader stands on this member's name, however it is escaped; notes that it was seen.</summary>
    private bool Is(ReadOnlySpan<byte> name, Member member)
    {
        if (!CurrentTextIs(name))
            return false;
        _duplicate |= Has(member);
        _seen |= member;
        return true;
    }

    private readonly bool Has(Member member) => (_seen & member) != 0;

    private readonly bool CurrentTextIs(ReadOnlySpan<byte> text) =>
        _reader.ValueIsEscaped ? JsonText.Equals(_reader.ValueSpan, text) : _reader.ValueSpan.SequenceEqual(text);

    private bool ValueIs(ReadOnlySpan<byte> text)
    {
        _reader.Read();
        var equal = _reader.TokenType == JsonTokenType.String && CurrentTextIs(text);
        _reader.Skip();
        return equal;
    }

    private void TakeId()
    {
        var id = Take(out var type);
        _idIsNull = type == JsonTokenType.Null;
        if (type == JsonTokenType.String || (type == JsonTokenType.Number && IsInteger(id.Of(_message))))
            _id = id;
        else if (!_idIsNull)
            _wrongShape = true;
    }

    private void TakeMethod()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.String)
        {
            _known = McpMethods.Find(_reader.ValueSpan, _reader.ValueIsEscaped);
            _method = TakeValue(ref _reader);
            return;
        }

        _wrongShape = true;
        _reader.Skip();
    }

    private void TakeError()
    {
        _error = Take(out var type);
        _wrongShape |= type != JsonTokenType.StartObject;
    }

    private Slice TakeString() => Take(out var type) is var value && type == JsonTokenType.String ? value : default;

    private Slice TakeStringOrNumber() =>
        Take(out var type) is var value && type is JsonTokenType.String or JsonTokenType.Number ? value : default;

    private Slice TakeObject() => Take(out var type) is var value && type == JsonTokenType.StartObject ? value : default;

    private Slice Take() => Take(out _);

    private Slice Take(out JsonTokenType type)
    {
        _reader.Read();
        type = _reader.TokenType;
        return TakeValue(ref _reader);
    }

    private void SkipValue() => Take(out _);

    /// <summary>JSON-RPC 2.0's rules for the members together.</summary>
    private readonly bool IsWhole(MessageKind kind) => kind switch
    {
        MessageKind.Batch => true,
        MessageKind.Response => _isVersion2 && (Has(Member.Result) ? _id.Exists && !Has(Member.Error) : Has(Member.Error)),
        _ => _isVersion2 && !_idIsNull && !Has(Member.Result) && !Has(Member.Error),
    };

    private readonly Slice NameOf(McpMethod method) => method switch
    {
        McpMethod.ToolsCall or McpMethod.PromptsGet => _name,
        McpMethod.ResourcesRead or McpMethod.ResourcesSubscribe or McpMethod.ResourcesUnsubscribe => _uri,
        _ => _name.Exists ? _name : _uri.Exists ? _uri : _taskId,
    };

    /// <summary>Digits, or digits with a fraction of zeros, as serializers without an integer type write them (1.0).</summary>
    private static bool IsInteger(ReadOnlySpan<byte> number)
    {
        var point = number.IndexOf((byte)'.');
        var fraction = point < 0 ? default : number[(point + 1)..];
        var whole = point < 0 ? number : number[..point];
        return whole.IndexOfAny((byte)'e', (byte)'E') < 0 && fraction.IndexOfAnyExcept((byte)'0') < 0;
    }
}
