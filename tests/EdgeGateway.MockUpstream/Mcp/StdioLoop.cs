using System.Buffers;

namespace EdgeGateway.MockUpstream.Mcp;

/// <summary>
/// The stdio transport: a message a line. One thread reads, answers and writes, all that came in one read with one write, so that what is
/// measured is who asks. Answers that take time are overtaken.
/// </summary>
internal sealed class StdioLoop(MockServer server, Stream input, Stream output)
{
    /// <summary>What a pipe holds on Linux: one read empties it.</summary>
    private const int InitialSize = 64 * 1024;

    /// <summary>Held while something is written: by the loop, or by an answer that is late.</summary>
    private readonly Lock _writing = new();

    private readonly ArrayBufferWriter<byte> _answers = new(InitialSize);
    private byte[] _lines = new byte[InitialSize];

    /// <summary>Returns when the input ends.</summary>
    public void Run()
    {
        var filled = 0;
        while (input.Read(_lines, filled, _lines.Length - filled) is > 0 and var read)
        {
            filled += read;
            var rest = Answer(_lines.AsSpan(0, filled));
            Write(_answers);
            _lines.AsSpan(filled - rest, rest).CopyTo(_lines);
            filled = rest;
            if (filled == _lines.Length)
            {
                Array.Resize(ref _lines, 2 * _lines.Length);
            }
        }
    }

    /// <returns>Bytes at the end that are no whole line yet.</returns>
    private int Answer(ReadOnlySpan<byte> lines)
    {
        while (lines.IndexOf((byte)'\n') is >= 0 and var end)
        {
            AnswerOne(lines[..end]);
            lines = lines[(end + 1)..];
        }

        return lines.Length;
    }

    private void AnswerOne(ReadOnlySpan<byte> line)
    {
        var message = Message.Read(line);
        var reply = server.Decide(message);
        if (reply.After > TimeSpan.Zero)
        {
            _ = AnswerLateAsync(reply, line.ToArray());
        }
        else if (reply.Kind != ReplyKind.Accepted)
        {
            WriteLine(reply.Kind, message, _answers);
        }
    }

    private async Task AnswerLateAsync(Reply reply, byte[] line)
    {
        await Task.Delay(reply.After, server.Clock);
        var answer = new ArrayBufferWriter<byte>(256);
        WriteLine(reply.Kind, Message.Read(line), answer);
        Write(answer);
    }

    private static void WriteLine(ReplyKind kind, in Message message, ArrayBufferWriter<byte> answers)
    {
        MockServer.Write(kind, message, answers);
        answers.Write("\n"u8);
    }

    private void Write(ArrayBufferWriter<byte> answers)
    {
        if (answers.WrittenCount == 0)
        {
            return;
        }

        lock (_writing)
        {
            output.Write(answers.WrittenSpan);
        }

        answers.ResetWrittenCount();
    }
}
