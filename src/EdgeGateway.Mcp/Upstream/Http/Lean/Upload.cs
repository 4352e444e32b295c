namespace EdgeGateway.Mcp.Upstream.Http.Lean;

/// <summary>
/// Sends what does not go out at once, with an eye on what comes back: an upstream may answer before it has read a long body. It refuses it
/// and hangs up, or begins an answer and reads on only when that is taken. What is sent lies in buffers of its own, so the caller's bytes
/// are its own again as soon as there is an answer.
/// </summary>
internal static class Upload
{
    /// <param name="connection">Has begun; <see cref="LeanConnection.IsSent"/> once all has gone out.</param>
    /// <param name="first">The send under way, of what is in <paramref name="buffer"/>.</param>
    /// <param name="rest">To be sent behind it; not read any more once the task has ended.</param>
    /// <param name="buffer">For the pieces.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether the buffer is not needed any more. An answer may have come, or may still come, also when not all was sent.</returns>
    public static async ValueTask<bool> RunAsync(
        LeanConnection connection, ValueTask first, ReadOnlyMemory<byte> rest, byte[] buffer, CancellationToken cancellationToken)
    {
        var sending = IsSentAsync(first);
        while (true)
        {
            var arrival = connection.Arrival(cancellationToken);
            if (await Task.WhenAny(arrival, sending) == arrival)
            {
                if (await connection.FillAsync(cancellationToken) == 0)
                    throw new EndOfStreamException();
                if (connection.TryReadHead())
                    break;
            }
            else if (!await sending || rest.IsEmpty)
            {
                // An upstream that hung up may have said why.
                cancellationToken.ThrowIfCancellationRequested();
                connection.IsSent = await sending;
                return true;
            }
            else
            {
                var length = Math.Min(rest.Length, buffer.Length);
                rest.Span[..length].CopyTo(buffer);
                rest = rest[length..];
                sending = IsSentAsync(connection.SendAsync(buffer.AsMemory(0, length), cancellationToken));
            }
        }

        // Who refuses reads no further (RFC 9112 section 9.5): the rest is not sent, and so no other request may follow.
        if (connection.Head.Status < 300 || (rest.IsEmpty && sending.IsCompleted))
            _ = FinishAsync(connection, sending, rest.ToArray());
        return sending.IsCompleted;
    }

    /// <summary>Sends the rest while the answer is read; ends with the connection at the latest.</summary>
    private static async Task FinishAsync(LeanConnection connection, Task<bool> sending, byte[] rest) =>
        connection.IsSent = await sending && (rest.Length == 0 || await IsSentAsync(connection.SendAsync(rest, CancellationToken.None)));

    /// <summary>How a send ended. Why it failed does not matter: the answer does, or that there is none.</summary>
    private static async Task<bool> IsSentAsync(ValueTask sending)
    {
        var sent = sending.AsTask();
        await sent.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return sent.IsCompletedSuccessfully;
    }
}
