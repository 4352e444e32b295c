using EdgeGateway.DataPath.Acquire;

namespace EdgeGateway.Storage;

/// <summary>
/// Remembers ended client sessions. Whatever ends while a batch is being written goes into the next one, so a thousand that end at once
/// cost two writes. What could not be written is tried again with the next batch.
/// </summary>
internal sealed class EndedSessions(SqliteEndedSessionStore store, TimeProvider clock, ILogger<EndedSessions> log) : IEndedSessions, IAsyncDisposable
{
    /// <summary>About 10 MB, when a disk stays full for long. Beyond it the oldest are given up: their upstream sessions have ended anyway.</summary>
    private const int Most = 100_000;

    private readonly Lock _gate = new();

    // Under the gate: what waits to be written, and the two batches somebody may wait for.
    private readonly Queue<SealedSession> _waiting = new();
    private Task _running = Task.CompletedTask;
    private Task? _next;

    // Written by the one who writes.
    private bool _saidFailing;

    public Task AddAsync(SealedSession session)
    {
        lock (_gate)
        {
            if (_waiting.Count == Most)
            {
                _waiting.Dequeue();
            }

            _waiting.Enqueue(session);
            return _next ??= WriteAfterAsync(_running);
        }
    }

    public bool Contains(SealedSession session)
    {
        lock (_gate)
        {
            if (_waiting.Contains(session))
            {
                return true;
            }
        }

        try
        {
            return store.Contains(session);
        }
        catch (DatabaseUnusableException unusable)
        {
            // Rather a client that begins anew than a session that was ended and goes on.
            log.EndedSessionsUnreadable(unusable.Message);
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task last;
        lock (_gate)
        {
            last = _next ?? _running;
        }

        await last;
    }

    private async Task WriteAfterAsync(Task before)
    {
        await Task.Yield();
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        SealedSession[] batch;
        lock (_gate)
        {
            // Whoever comes from now on waits for the batch after this one.
            _running = _next!;
            _next = null;
            batch = [.. _waiting];
        }

        if (!TryWrite(batch))
        {
            return;
        }

        lock (_gate)
        {
            for (var i = 0; i < batch.Length && _waiting.TryPeek(out var first) && ReferenceEquals(first, batch[i]); i++)
            {
                _waiting.Dequeue();
            }
        }
    }

    private bool TryWrite(SealedSession[] batch)
    {
        try
        {
            store.Write(batch, clock.GetUtcNow() - ClientSessionIds.Life);
            _saidFailing = false;
            return true;
        }
        catch (DatabaseUnusableException unusable)
        {
            if (!_saidFailing)
            {
                log.EndedSessionsNotWritten(unusable.Message, batch.Length);
            }

            _saidFailing = true;
            return false;
        }
    }
}
