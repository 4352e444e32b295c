namespace EdgeGateway.Pooling.Tests.Harness;

/// <summary>Calls one after the other, and what came of them.</summary>
internal sealed class Calls(PoolUnderTest pool)
{
    public Func<int, bool> Fails
    {
        set => FailsOn = session => value(session.Endpoint);
    }

    public Func<FakeSession, bool> FailsOn { get; set; } = static _ => false;

    public int Made { get; private set; }

    public int Failed { get; private set; }

    public int Refused { get; private set; }

    public Dictionary<int, int> Served { get; } = [];

    public IReadOnlyList<PoolEvent> Opened => [.. pool.Told.Where(happened => happened.Kind == "circuit_open")];

    public async Task Make(int calls)
    {
        for (; calls > 0; calls--)
        {
            Made++;
            var acquired = await pool.Ask("ann", LeaseMode.Shared);
            if (acquired.Refusal is not null)
            {
                Refused++;
                continue;
            }

            var session = acquired.Lease.Session;
            var fails = FailsOn(session);
            Failed += fails ? 1 : 0;
            Served[session.Endpoint] = Served.GetValueOrDefault(session.Endpoint) + 1;
            pool.Release(acquired.Lease, fails ? LeaseOutcome.ServerFault : LeaseOutcome.Reusable);
        }
    }
}
