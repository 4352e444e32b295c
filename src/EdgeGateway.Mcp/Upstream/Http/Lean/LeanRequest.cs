using System.Buffers;
using System.Runtime.CompilerServices;

namespace EdgeGateway.Mcp.Upstream.Http.Lean;

/// <summary>A request whose bytes are made but for the end of the head and the body.</summary>
internal sealed class LeanRequest(byte[] head, bool hasBody, ConnectionPool pool, TimeProvider clock) : PreparedRequest
{
    /// <summary>What goes out in one send: a message of usual size with its head. Of a longer one the rest is sent from where it is.</summary>
    private const int FirstSend = 16 * 1024;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<HttpAnswer> SendAsync(
        IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var bytes = ArrayPool<byte>.Shared.Rent(Math.Max(FirstSend, head.Length + RequestHead.LongestEnd(headers)));
        var first = Compose(bytes, headers, body, out var rest); // before there is a connection that could be left behind
        var connection = pool.TryTake(cancellationToken);
        var isReused = connection is not null;
        while (true)
        {
            connection ??= await pool.OpenAsync(cancellationToken);
            try
            {
                var sending = connection.SendAsync(first, cancellationToken);
                var isSent = (rest.IsEmpty && sending.IsCompletedSuccessfully) || await Upload.RunAsync(connection, sending, rest, cancellationToken);

                while (!connection.TryReadHead())
                {
                    if (await connection.FillAsync(cancellationToken) == 0)
                        throw new EndOfStreamException();
                }

                if (!isSent)
                    connection.Head.Close(); // once it is read: reading it decides anew
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
