namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>A caller that has not seen an answer yet.</summary>
internal sealed record Waiting(int Number, Caller Caller, bool Bind, TimeSpan Since, Task Answer, CancellationTokenSource Leaving)
{
    /// <summary>The pool is done with it, though it has not seen that yet.</summary>
    public bool IsAnswered => Answer.IsCompleted || Leaving.IsCancellationRequested;
}
