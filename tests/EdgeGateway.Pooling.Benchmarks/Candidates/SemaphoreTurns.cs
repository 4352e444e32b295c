using EdgeGateway.Pooling.Benchmarks.Measuring;

namespace EdgeGateway.Pooling.Benchmarks.Candidates;

/// <summary>The anchor of the hand-off: a semaphore with one permit and nothing to hold.</summary>
/// <param name="timeout">How long a wait may take. A pool's always ends; a semaphore's is much cheaper when it need not.</param>
internal sealed class SemaphoreTurns(TimeSpan timeout)
{
    private readonly SemaphoreSlim _semaphore = new(1);

    public async Task WorkAsync(Turns turns, CancellationToken cancellationToken)
    {
        bool goesOn;
        do
        {
            await _semaphore.WaitAsync(timeout, cancellationToken);
            goesOn = turns.Take();
            _semaphore.Release();
        }
        while (goesOn);
    }
}
