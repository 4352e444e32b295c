namespace EdgeGateway.Mcp.Upstream.Http.Lean;

/// <summary>
/// Sends what does not go out at once, with an eye on what comes back: an upstream may refuse a long body before it has read it, and hang
/// up. Its answer counts then, not the send that failed.
/// </summary>
internal static class Upload
{
    /// <param name="connection">Has begun.</param>
    /// <param name="first">The send under way.</param>
    /// <param name="rest">To be sent behind it; not read any more once the task has ended.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether the request went out whole. If not, an answer may be there all the same, and no other may follow it.</returns>
    public static async ValueTask<bool> RunAsync(
        LeanConnection connection, ValueTask first, ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = SendAsync(connection, first, rest, stop.Token);
        try
        {
            while (await Task.WhenAny(sending, connection.Arrival(cancellationToken)) != sending)
            {
                if (await connection.FillAsync(cancellationToken) == 0)
                    throw new EndOfStreamException();
                if (!connection.TryReadHead())
                    continue;

                // Who refuses reads no further (RFC 9112 section 9.5); who answers well may be streaming what it reads.
                if (connection.Head.Status < 300)
                    await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            }
        }
        finally
        {
            // Whatever happened, the caller's bytes are its own again only when nobody sends them.
            if (!sending.IsCompleted)
                await stop.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return sending.IsCompletedSuccessfully;
    }

    private static async Task SendAsync(LeanConnection connection, ValueTask first, ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        await first;
        if (!rest.IsEmpty)
            await connection.SendAsync(rest, cancellationToken);
    }
}
