using EdgeGateway.Pooling.Tests.Scheduling;

namespace EdgeGateway.Pooling.Tests.Scenarios;

/// <summary>The pool's figures, read while requests begin and end.</summary>
public sealed class ReadingScenarios
{
    [Fact]
    public void A_reading_misses_no_lease_that_was_granted_before_it() => Exploration.Run(stage =>
    {
        var pool = stage.Open(o => o with { Isolation = Isolation.Shared, Size = 2, MaxSize = 2, MaxConcurrency = 2 });
        foreach (var user in new[] { "ann", "bob", "carl" })
        {
            stage.Strand(user, () =>
            {
                pool.Call(user);
                pool.Call(user);
            });
        }

        stage.Strand("reader", () =>
        {
            for (var reading = 0; reading < 4; reading++)
            {
                var granted = pool.Books.Leases.Count;
                var ended = pool.Books.Leases.Count(held => held.ReleaseEnded > 0);
                var stats = pool.Pool.Stats();
                Assert.InRange(stats.Acquisitions, granted, pool.Books.Asks.Count);
                Assert.InRange(stats.Releases, ended, pool.Books.Leases.Count(held => held.ReleaseBegan > 0));
                Assert.InRange(stats.InFlight, 0, 4);
                Interleaving.Point();
            }
        });
    });
}
