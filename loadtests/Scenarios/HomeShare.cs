namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>How much of what clients called ran in the session each of them met most.</summary>
internal sealed class HomeShare
{
    private readonly Lock _lock = new();
    private long _atHome;
    private long _calls;

    /// <summary>0 to 1.</summary>
    public double Value => (double)_atHome / _calls;

    /// <summary>A client that has made its last call.</summary>
    public void Add(WhoAmIClient client)
    {
        lock (_lock)
        {
            _atHome += client.Calls.Values.DefaultIfEmpty().Max();
            _calls += client.Calls.Values.Sum();
        }
    }
}
