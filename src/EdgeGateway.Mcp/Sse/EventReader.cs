namespace EdgeGateway.Mcp.Sse;

/// <summary>
/// Events as they arrive, read as from a channel: <see cref="TryRead"/> until there is none, then <see cref="WaitToReadAsync"/>. So a reader
/// knows which events came together and when it is going to wait, and can do before what must not wait. One reader at a time.
/// </summary>
public abstract class EventReader : IAsyncDisposable
{
    /// <summary>Takes the next event if it has arrived. Looks for what has arrived meanwhile once, and never waits or throws for it.</summary>
    /// <param name="frame">Its data is valid until the next call.</param>
    public abstract bool TryRead(out SseFrame frame);

    /// <summary>Waits until <see cref="TryRead"/> has an event.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="OperationCanceledException">The token the reader was made with has fired.</exception>
    public abstract ValueTask<bool> WaitToReadAsync();

    /// <summary>Stops reading, also while something is on its way.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>The events one by one, for whom it makes no difference which came together. Disposes the reader.</summary>
    public async IAsyncEnumerable<SseFrame> ReadAllAsync()
    {
        await using (this)
        {
            do
            {
                while (TryRead(out var frame))
                    yield return frame;
            }
            while (await WaitToReadAsync());
        }
    }
}
