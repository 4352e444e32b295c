namespace EdgeGateway.Pooling.Tests.Harness;

/// <summary>An upstream session that remembers what was done to it.</summary>
internal sealed class FakeSession(int number, int endpoint, SessionClass sessionClass, Credential credential, bool isStateful) : IPooledSession
{
    private int _closes;

    public int Number { get; } = number;

    public int Endpoint { get; } = endpoint;

    public SessionClass Class { get; } = sessionClass;

    public Credential Credential { get; } = credential;

    public string DisplayId => $"s{Number}";

    public bool IsStateful { get; } = isStateful;

    public Func<ValueTask<ProbeResult>> OnProbe { get; set; } = () => new(ProbeResult.Alive);

    /// <summary>Not completed: the upstream does not answer the DELETE.</summary>
    public Task CloseAnswer { get; set; } = Task.CompletedTask;

    public int Probes { get; private set; }

    public int Closes => Volatile.Read(ref _closes);

    public bool IsClosed => Closes > 0;

    public ValueTask<ProbeResult> ProbeAsync(CancellationToken cancellationToken)
    {
        // Like a real session, it gives up when it is told to.
        Probes++;
        var answer = OnProbe();
        return answer.IsCompleted ? answer : new(answer.AsTask().WaitAsync(cancellationToken));
    }

    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _closes);
        await CloseAnswer.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public override string ToString() => $"{DisplayId}@{Endpoint}";
}
