namespace EdgeGateway.ControlPlane;

/// <summary>
/// The control plane has one writer: every change enters here, writes the database, then publishes. Changes are rare and a
/// queue of them is short, so one gate for all is enough.
/// </summary>
internal sealed class ChangeGate : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Waits for its turn; dispose what it gives to let the next one in.</summary>
    public async ValueTask<Turn> EnterAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        return new Turn(_gate);
    }

    public void Dispose() => _gate.Dispose();

    internal readonly struct Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
