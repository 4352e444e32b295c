namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>A process that serves nobody yet.</summary>
/// <param name="Link">To it.</param>
/// <param name="Discovered">What it answered to server/discover; null when it was not asked.</param>
internal sealed record AskedProcess(StdioLink Link, Answer? Discovered);

/// <summary>Keeps a process that was started for a question until the session it was asked for is opened: one, and not for long.</summary>
internal sealed class SpareProcess(TimeProvider clock)
{
    /// <summary>Whoever wanted to know opens a session at once; if nobody does, nobody will end the process either.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(30);

    // Put there by a probe, taken out by whoever is first: an opener, the next probe or the end of its time (Interlocked).
    private AskedProcess? _kept;

    /// <summary>Keeps this one; an earlier one that nobody took is ended.</summary>
    public void Keep(AskedProcess process)
    {
        Interlocked.Exchange(ref _kept, process)?.Link.Kill();
        _ = EndUnusedAsync(process);
    }

    /// <summary>The one there is, which is the caller's now; null when there is none, or it has ended.</summary>
    public AskedProcess? Take() => Interlocked.Exchange(ref _kept, null) is { Link.IsGone: false } process ? process : null;

    private async Task EndUnusedAsync(AskedProcess process)
    {
        await Task.Delay(KeptFor, clock).ConfigureAwait(false);
        if (Interlocked.CompareExchange(ref _kept, null, process) == process)
            await process.Link.CloseAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
