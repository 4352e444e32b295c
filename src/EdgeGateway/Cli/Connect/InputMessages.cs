using System.Runtime.CompilerServices;
using EdgeGateway.Lifecycle;
using EdgeGateway.Mcp.Upstream.Stdio;

namespace EdgeGateway.Cli.Connect;

/// <summary>Messages from standard input: JSON without line breaks, one a line (specification 2025-11-25, Transports, stdio).</summary>
internal static class InputMessages
{
    /// <summary>Four times what the gateway takes by default (MAX_BODY_BYTES); a longer line is no message.</summary>
    private const int LengthMax = 64 * 1024 * 1024;

    /// <summary>The lines, bytes as they came, without their end; empty ones are left out.</summary>
    public static async IAsyncEnumerable<byte[]> ReadAsync(Stream input, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var lines = new LineReader(input, LengthMax);

        // A read of standard input cannot be called off, only left behind.
        while (await lines.ReadAsync(CancellationToken.None).AsTask().WaitAsync(cancellationToken) is { } line)
        {
            if (line.IsCut)
            {
                throw new BootException(ExitCode.Runtime, $"A line of more than {LengthMax >> 20} MiB came in: messages are JSON, one a line.");
            }

            if (line.Bytes.Span.Trim(" \t\r"u8) is { IsEmpty: false } message)
            {
                yield return message.ToArray();
            }
        }
    }
}
