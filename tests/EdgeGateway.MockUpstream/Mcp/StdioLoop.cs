using System.Buffers;
using System.IO.Pipelines;

namespace EdgeGateway.MockUpstream.Mcp;

/// <summary>The stdio transport: a message a line. Those that take time are overtaken.</summary>
internal static class StdioLoop
{
    public static async Task RunAsync(MockServer server, Stream input, Stream output, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(input);
        using var oneAtATime = new SemaphoreSlim(1);
        while (await reader.ReadAsync(cancellationToken) is { } read)
        {
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                var line = rest.Slice(0, end).ToArray();
                rest = rest.Slice(rest.GetPosition(1, end));
                _ = AnswerAsync(server, line, output, oneAtATime);
            }

            reader.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private static async Task AnswerAsync(MockServer server, byte[] line, Stream output, SemaphoreSlim oneAtATime)
    {
        var reply = server.Decide(Message.Read(line));
        if (reply.Kind == ReplyKind.Accepted)
        {
            return;
        }

        if (reply.After > TimeSpan.Zero)
        {
            await Task.Delay(reply.After, server.Clock);
        }

        var answer = new ArrayBufferWriter<byte>(256);
        MockServer.Write(reply.Kind, Message.Read(line), answer);
        answer.Write("\n"u8);
        await oneAtATime.WaitAsync();
        try
        {
            await output.WriteAsync(answer.WrittenMemory);
            await output.FlushAsync();
        }
        finally
        {
            oneAtATime.Release();
        }
    }
}
