using System.Buffers;

namespace EdgeGateway.Mcp.JsonRpc;

/// <summary>
/// Replaces the top-level <c>id</c> of a JSON response while it streams, chunk by chunk: nothing is buffered but an
/// unfinished <c>"id"</c> token, so a response of any size passes (protocol.md section 2). Works on a single object.
/// Malformed input passes unchanged, and so does an id that is neither string, number nor null, or longer than 1 KB.
/// For one response, one caller at a time.
/// </summary>
/// <param name="replacement">The raw JSON value to put there.</param>
public sealed class ResponseIdRewriter(ReadOnlyMemory<byte> replacement)
{
    /// <summary>Ids the gateway gives are below 40 bytes; a longer one is not ours, and holding it back must have an end.</summary>
    private const int LongestId = 1024;

    /// <summary>The longest spelling of id: <c>\u0069\u0064</c>.</summary>
    private const int LongestName = 12;

    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> ScalarEnd = SearchValues.Create(",}] \t\r\n"u8);
    private static readonly SearchValues<byte> NumberBytes = SearchValues.Create("0123456789+-.eE"u8);

    private readonly byte[] _name = new byte[LongestName];
    private byte[] _held = []; // the beginning of an id whose end is in a later chunk
    private int _heldLength;
    private int _nameLength; // one more than LongestName: too long to be id
    private int _depth = 1;
    private bool _escaped; // the last byte of a string so far was a backslash
    private State _state = State.Start;

    private enum State : byte
    {
        Start, // before the opening brace
        Members, // inside the root, where a name or the end comes next
        Name, // inside a name
        Colon, // after a name
        Value, // after the colon
        Scalar, // inside a number or literal of the root
        Text, // inside a string value, of whatever depth
        Nested, // inside an object or array below the root
        IdText, // inside the id, a string
        IdScalar, // inside the id, a number or null
        Passing, // after the end, or not an object at all
    }

    /// <summary>Whether the id was found and replaced.</summary>
    public bool Replaced { get; private set; }

    /// <summary>By how many bytes the output is longer than the input; known when the id is replaced or the input has ended.</summary>
    public int Growth { get; private set; }

    /// <summary>Writes the next chunk.</summary>
    public void Write(ReadOnlySpan<byte> chunk, IBufferWriter<byte> output)
    {
        var at = 0;
        var from = 0; // everything before it is written, or held
        while (at < chunk.Length)
        {
            switch (_state)
            {
                case State.Value when IsId && CanStartId(chunk[at]):
                    output.Write(chunk[from..at]);
                    from = at;
                    _state = chunk[at] == '"' ? State.IdText : State.IdScalar;
                    at++;
                    break;
                case State.IdText:
                    if (SkipText(chunk, ref at))
                        FinishId(chunk[from..at], ref from, output);
                    break;
                case State.IdScalar:
                    if (SkipScalar(chunk, ref at))
                        FinishId(chunk[from..at], ref from, output);
                    break;
                case State.Passing:
                    at = chunk.Length;
                    break;
                default:
                    Step(chunk, ref at);
                    break;
            }
        }

        if (_state is State.IdText or State.IdScalar)
            Hold(chunk[from..], output);
        else
            output.Write(chunk[from..]);
    }

    /// <summary>Writes what was held back at the end of the input.</summary>
    public void Complete(IBufferWriter<byte> output)
    {
        ReleaseHeld(output);
        _state = State.Passing;
    }

    private bool IsId => _nameLength <= LongestName && JsonText.Equals(_name.AsSpan(0, _nameLength), "id"u8);

    private static bool CanStartId(byte b) => b is (byte)'"' or (byte)'-' or (byte)'n' or (>= (byte)'0' and <= (byte)'9');

    private static bool IsSpace(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private static bool IsByteOrderMark(byte b) => b is 0xEF or 0xBB or 0xBF;

    /// <summary>Everything that is not inside an id: moves on by a byte, or by as much as can be skipped.</summary>
    private void Step(ReadOnlySpan<byte> chunk, ref int at)
    {
        switch (_state)
        {
            case State.Name:
                StepName(chunk[at++]);
                return;
            case State.Text:
                if (SkipText(chunk, ref at))
                    _state = _depth > 1 ? State.Nested : State.Members;
                return;
            case State.Nested:
                SkipNested(chunk, ref at);
                return;
            case State.Scalar:
                if (SkipScalar(chunk, ref at))
                    _state = State.Members;
                return;
        }

        var b = chunk[at++];
        _state = _state switch
        {
            _ when IsSpace(b) => _state,
            State.Start when IsByteOrderMark(b) => State.Start,
            State.Start when b == '{' => State.Members,
            State.Members when b == ',' => State.Members,
            State.Members when b == '"' => BeginName(),
            State.Colon when b == ':' => State.Value,
            State.Value => BeginValue(b),
            _ => State.Passing,
        };
    }

    private State BeginName()
    {
        _nameLength = 0;
        return State.Name;
    }

    private State BeginValue(byte b)
    {
        if (b is not ((byte)'{' or (byte)'['))
            return b == '"' ? State.Text : State.Scalar;
        _depth = 2;
        return State.Nested;
    }

    private void StepName(byte b)
    {
        if (b == '"' && !_escaped)
        {
            _state = State.Colon;
            return;
        }

        _escaped = b == '\\' && !_escaped;
        if (_nameLength < LongestName)
            _name[_nameLength++] = b;
        else
            _nameLength = LongestName + 1;
    }

    /// <summary>Goes behind the quote that ends a string; false when it is not in this chunk.</summary>
    private bool SkipText(ReadOnlySpan<byte> chunk, ref int at)
    {
        while (at < chunk.Length)
        {
            if (_escaped)
            {
                _escaped = false;
                at++;
                continue;
            }

            var skip = chunk[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (skip < 0)
                break;
            at += skip + 1;
            if (chunk[at - 1] == '"')
                return true;
            _escaped = true;
        }

        at = chunk.Length;
        return false;
    }

    /// <summary>Goes to the byte behind a number or literal; false when it is not in this chunk.</summary>
    private static bool SkipScalar(ReadOnlySpan<byte> chunk, ref int at)
    {
        var skip = chunk[at..].IndexOfAny(ScalarEnd);
        at = skip < 0 ? chunk.Length : at + skip;
        return skip >= 0;
    }

    private void SkipNested(ReadOnlySpan<byte> chunk, ref int at)
    {
        while (at < chunk.Length)
        {
            var skip = chunk[at..].IndexOfAny(Structure);
            if (skip < 0)
                break;
            at += skip + 1;
            switch (chunk[at - 1])
            {
                case (byte)'"':
                    _state = State.Text;
                    return;
                case (byte)'{' or (byte)'[':
                    _depth++;
                    break;
                default:
                    if (--_depth > 1)
                        break;
                    _state = State.Members;
                    return;
            }
        }

        at = chunk.Length;
    }

    /// <summary>The id is whole: what is held plus <paramref name="rest"/>.</summary>
    private void FinishId(ReadOnlySpan<byte> rest, ref int from, IBufferWriter<byte> output)
    {
        var isText = _state == State.IdText;
        _state = State.Members;
        if (_heldLength + rest.Length > LongestId || !(isText || IsNumberOrNull(rest)))
        {
            ReleaseHeld(output);
            return; // the rest follows with the chunk
        }

        output.Write(replacement.Span);
        Replaced = true;
        Growth = replacement.Length - _heldLength - rest.Length;
        _heldLength = 0;
        from += rest.Length;
    }

    private bool IsNumberOrNull(ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<byte> held = _held.AsSpan(0, _heldLength);
        var isNumber = !held.ContainsAnyExcept(NumberBytes) && !rest.ContainsAnyExcept(NumberBytes);
        return isNumber || ("null"u8.StartsWith(held) && "null"u8[held.Length..].SequenceEqual(rest));
    }

    private void Hold(ReadOnlySpan<byte> begun, IBufferWriter<byte> output)
    {
        if (_heldLength + begun.Length > LongestId)
        {
            ReleaseHeld(output);
            output.Write(begun);
            _state = _state == State.IdText ? State.Text : State.Scalar;
            return;
        }

        if (_held.Length < _heldLength + begun.Length)
            Array.Resize(ref _held, Math.Min(LongestId, Math.Max(64, 2 * (_heldLength + begun.Length))));
        begun.CopyTo(_held.AsSpan(_heldLength));
        _heldLength += begun.Length;
    }

    private void ReleaseHeld(IBufferWriter<byte> output)
    {
        output.Write(_held.AsSpan(0, _heldLength));
        _heldLength = 0;
    }
}
