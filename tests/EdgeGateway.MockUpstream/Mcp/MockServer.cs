using System.Buffers;

namespace EdgeGateway.MockUpstream.Mcp;

/// <summary>What the server answers, whichever way a message came.</summary>
internal sealed class MockServer(Behaviour behaviour, Counts counts, TimeProvider clock)
{
    public Behaviour Behaviour => behaviour;

    public Counts Counts => counts;

    /// <summary>Of everything that is late.</summary>
    public TimeProvider Clock => clock;

    public Sessions Sessions { get; } = new();

    /// <summary>What the message deserves.</summary>
    public Reply Decide(in Message message)
    {
        if (message.Id.IsEmpty)
        {
            return new(ReplyKind.Accepted);
        }

        if (message.Method.SequenceEqual("tools/call"u8))
        {
            return DecideCall(message);
        }

        if (message.Method.SequenceEqual("initialize"u8))
        {
            counts.ShookHands();
            return new(ReplyKind.Initialized, behaviour.Handshake);
        }

        return message.Method.SequenceEqual("tools/list"u8) ? new(ReplyKind.Tools)
            : message.Method.SequenceEqual("ping"u8) ? new(ReplyKind.Empty)
            : new(ReplyKind.UnknownMethod);
    }

    /// <summary>The JSON-RPC answer.</summary>
    public static void Write(ReplyKind kind, in Message message, IBufferWriter<byte> output)
    {
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(message.Id);
        switch (kind)
        {
            case ReplyKind.Result:
                output.Write(",\"result\":{\"content\":[{\"type\":\"text\",\"text\":"u8);
                output.Write(message.Text.IsEmpty ? "\"\""u8 : message.Text);
                output.Write("}]}}"u8);
                break;
            case ReplyKind.Identity:
                output.Write(",\"result\":{\"content\":[{\"type\":\"text\",\"text\":\""u8);
                output.Write(message.Endpoint);
                output.Write(" "u8);
                output.Write(message.Session);
                output.Write("\"}]}}"u8);
                break;
            case ReplyKind.Initialized:
                output.Write(",\"result\":{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"mock\",\"version\":\"1\"}}}"u8);
                break;
            case ReplyKind.Tools:
                output.Write(",\"result\":{\"tools\":["u8);
                output.Write("{\"name\":\"echo\",\"description\":\"Answers the text.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"}}}},"u8);
                output.Write("{\"name\":\"sleep\",\"description\":\"Answers after so many milliseconds.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"ms\":{\"type\":\"integer\"}}}},"u8);
                output.Write("{\"name\":\"whoami\",\"description\":\"Answers host, port and session it was called at.\",\"inputSchema\":{\"type\":\"object\"}}"u8);
                output.Write("]}}"u8);
                break;
            case ReplyKind.Empty:
                output.Write(",\"result\":{}}"u8);
                break;
            default:
                output.Write(",\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}"u8);
                break;
        }
    }

    /// <summary>A notification of progress, for whoever asked to be told.</summary>
    public static void WriteProgress(in Message message, int step, IBufferWriter<byte> output)
    {
        output.Write("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"u8);
        output.Write(message.ProgressToken.IsEmpty ? "0"u8 : message.ProgressToken);
        output.Write(",\"progress\":"u8);
        Span<byte> digits = stackalloc byte[11];
        step.TryFormat(digits, out var written);
        output.Write(digits[..written]);
        output.Write("}}"u8);
    }

    private Reply DecideCall(in Message message)
    {
        var number = counts.Called();
        if (behaviour.FailEvery > 0 && number % behaviour.FailEvery == 0)
        {
            counts.Failed();
            return new(ReplyKind.Unavailable, behaviour.NextDelay());
        }

        var kind = message.Tool.SequenceEqual("whoami"u8) ? ReplyKind.Identity : ReplyKind.Result;
        return new(kind, behaviour.NextDelay() + TimeSpan.FromMilliseconds(message.Milliseconds));
    }
}
