namespace EdgeGateway.Cli.Demo;

/// <summary>The state the sample server keeps for one session: why sessions must not be mixed up.</summary>
internal sealed class SampleSession
{
    private int _calls;

    public int Count() => Interlocked.Increment(ref _calls);
}
