using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.DataPath.Relay.Modern;

/// <summary>A body that has to be known before anything of it can be passed on: it may ask for input instead of answering.</summary>
internal static class WholeBody
{
    /// <summary>As long as the longest request the gateway takes; what is longer is an upstream gone wrong.</summary>
    private const int Longest = 16 * 1024 * 1024;

    /// <exception cref="UpstreamException">It is too long, or the connection broke.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(UpstreamReply reply, SilenceTimer silence)
    {
        var buffer = new byte[4096];
        var length = 0;
        while (await reply.Body.ReadAsync(buffer.AsMemory(length), silence.Token) is var read and > 0)
        {
            silence.Restart();
            length += read;
            if (length > Longest)
            {
                throw new UpstreamException(new UpstreamFault(UpstreamFaultKind.Protocol, $"The upstream answered with more than {Longest >> 20} MiB at once; let it stream or page."));
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * buffer.Length);
            }
        }

        return buffer.AsMemory(0, length);
    }
}
