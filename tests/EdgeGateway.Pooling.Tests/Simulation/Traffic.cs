using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>Who comes, when, and what for.</summary>
internal sealed class Traffic(SimulatedPool pool, Ledger ledger, Trail trail)
{
    private static readonly string[] Users = ["ann", "bob", "carl", "dora"];
    private readonly SessionlessClients _sessionless = new(pool, ledger, trail);
    private readonly SessionClients _clients = new(pool, ledger, trail);

    public Pace Pace { get; set; }

    public bool HasEnded { get; set; }

    public async Task ArriveAsync()
    {
        while (!HasEnded)
        {
            await pool.WaitAsync(Spread(Pace switch { Pace.Quiet => 30, Pace.Calm => 2, _ => 0.4 }));
            if (!HasEnded)
            {
                Arrive();
            }
        }
    }

    private void Arrive()
    {
        var caller = RandomCaller();
        switch (pool.Luck.Next(100))
        {
            case < 20:
                pool.Start(() => _clients.LiveAsync(caller, Spread(Pace == Pace.Busy ? 2 : 20), pool.Luck.Next(12)));
                break;
            case < 23 when Pace == Pace.Busy:
                var burst = pool.Luck.Next(5, 50);
                trail.Note($"{burst} calls of {caller.Principal} at once");
                for (; burst > 0; burst--)
                {
                    Call(caller);
                }

                break;
            default:
                Call(caller);
                break;
        }
    }

    private void Call(Caller caller)
    {
        var mode = pool.Luck.Next(3) == 0 ? LeaseMode.Shared : LeaseMode.Exclusive;
        var work = Spread(Pace == Pace.Busy && pool.Luck.Next(4) == 0 ? 2 : 0.1);
        TimeSpan? patience = Pace == Pace.Busy && pool.Luck.Next(10) == 0 ? Spread(2) : null;
        pool.Start(() => _sessionless.CallAsync(caller, mode, work, patience));
    }

    private Caller RandomCaller() => new(
        Users[pool.Luck.Next(Users.Length)],
        pool.Luck.Next(6) == 0 ? PoolUnderTest.Roots : PoolUnderTest.Plain,
        pool.Luck.Next(10) == 0 ? PoolUnderTest.Brought($"key{pool.Luck.Next(2)}") : pool.Pool.Options.Credential,
        pool.Luck.Next(2) == 0 ? null : $"chat{pool.Luck.Next(5)}");

    /// <summary>Exponential, but no longer than six times the mean.</summary>
    private TimeSpan Spread(double meanSeconds) => TimeSpan.FromSeconds(meanSeconds * Math.Min(6, -Math.Log(1 - pool.Luck.NextDouble())));
}
