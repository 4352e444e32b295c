using System.Buffers;
using System.Runtime.CompilerServices;

namespace EdgeGateway.Mcp.Upstream.Http.Lean;

/// <summary>A request whose bytes are made but for the end of the head and the body.</summary>
internal sealed class LeanRequest(byte[] head, bool hasBody, ConnectionPool pool, TimeProvider clock) : PreparedRequest
{
    /// <summary>Room for a message of usual size with its head, which goes out in one send.</summary>
    private const int LeastRoom = 16 * 1024;

    /// <summary>Of a long body so much goes out in one send: with a head, an array of 64 KiB.</summary>
    private const int LongestPiece = 60 * 1024;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<HttpAnswer> SendAsync(
        IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var bytes = ArrayPool<byte>.Shared.Rent(Math.Max(LeastRoom, head.Length + RequestHead.LongestEnd(headers) + Math.Min(body.Length, LongestPiece)));
        var first = Compose(bytes, headers, body, out var rest); // before there is a connection that could be left behind
        var connection = pool.TryTake(cancellationToken);
        var isReused = connection is not null;
        while (true)
        {
            connection ??= await pool.OpenAsync(cancellationToken);
            try
            {
                var sending = connection.SendAsync(first, cancellationToken);
                connection.IsSent = rest.IsEmpty && sending.IsCompletedSuccessfully;
                var isFree = connection.IsSent || await Upload.RunAsync(connection, sending, rest, bytes, cancellationToken);

                while (!connection.TryReadHead())
                {
                    if (await connection.FillAsync(cancellationToken) == 0)
                        throw new EndOfStreamException();
                }

                if (isFree)
                    ArrayPool<byte>.Shared.Return(bytes);
                return new LeanAnswer(connection, pool, clock);
            }
            catch (EndOfStreamException) when (isReused && !hasBody && connection.IsSilent)
            {
                // The upstream closed it while it was idle and the request was on its way. The rule is the standard handler's: what has no
                // body goes out again, what has one may have been acted upon.
                connection.Close();
                (connection, isReused) = (null, false);
            }
            catch (Exception exception)
            {
                connection.Close();
                throw LeanFaults.Of(exception, cancellationToken);
            }
        }
    }

    private ReadOnlyMemory<byte> Compose(
        byte[] bytes, IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> rest)
    {
        head.CopyTo(bytes, 0);
        var at = head.Length + RequestHead.WriteEnd(bytes.AsSpan(head.Length), headers, hasBody ? body.Length : null);
        var fitting = Math.Min(body.Length, bytes.Length - at);
        body.Span[..fitting].CopyTo(bytes.AsSpan(at));
        rest = body[fitting..];
        return bytes.AsMemory(0, at + fitting);
    }
}
