namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>
/// Thousands of minutes of a pool: some busy ones in which everything goes wrong, some calm ones in which it heals, many quiet ones. What
/// happens is a function of the seed.
/// </summary>
internal sealed class PoolSimulation : IDisposable
{
    /// <summary>A breaker's longest pause, a request's timeout, and a clean window.</summary>
    public static readonly TimeSpan HealingTime = TimeSpan.FromMinutes(4);

    private readonly int _seed;
    private readonly SimulatedPool _pool;
    private readonly Ledger _ledger;
    private readonly Invariants _invariants;
    private readonly Traffic _traffic;
    private readonly Troubles _troubles;
    private readonly Operator _operator;
    private readonly CircuitWatch _circuits;
    private bool _isEnding;

    public PoolSimulation(int seed)
    {
        _seed = seed;
        var luck = new Random(seed);
        var endpoints = luck.Next(2) == 0 ? new[] { 1 } : [2, 1, 1];
        _pool = new SimulatedPool(
            seed,
            o => Operator.Vary(o, luck) with
            {
                EndpointWeights = endpoints,
                MaxClientSessions = 8,
                AcquireTimeout = TimeSpan.FromSeconds(luck.Next(2, 12)),
                MaxIdleTime = TimeSpan.FromMinutes(2),
                MaxLifetime = TimeSpan.FromMinutes(20),
                ClientSessionIdle = TimeSpan.FromMinutes(3),
                HealthCheckInterval = TimeSpan.FromSeconds(luck.Next(15, 90)),
                RebalanceInterval = TimeSpan.FromMinutes(2),
                CleanupInterval = TimeSpan.FromSeconds(luck.Next(5, 60)),
                HandshakeTimeout = TimeSpan.FromSeconds(luck.Next(2, 10)),
            },
            cap: luck.Next(3) == 0 ? 14 : 200,
            isStateful: luck.Next(4) > 0,
            onEvent: happened => _circuits!.Sees(happened));
        Trail = new Trail(_pool.Time);
        _ledger = new Ledger(_pool);
        _circuits = new CircuitWatch { Pool = _pool, Ledger = _ledger };
        _ledger.Took = _circuits.Took;
        _invariants = new Invariants(_pool, _ledger);
        _traffic = new Traffic(_pool, _ledger, Trail);
        _troubles = new Troubles(_pool, Trail);
        _operator = new Operator(_pool, _ledger, Trail) { ConnectionChanges = _circuits.Forget };
        _pool.Stepped = () =>
        {
            _invariants.Check();
            _circuits.Check();
        };
    }

    public Trail Trail { get; }

    public PoolStats Stats => _pool.Stats;

    public string Circuits => $"{_circuits.Trips} times an endpoint was sent away for its success rate, {_circuits.Readmissions} times let in again for want of a better one";

    public void Run(int minutes)
    {
        try
        {
            _pool.Start(_traffic.ArriveAsync);
            _pool.Start(LiveAsync);
            for (var minute = 1; minute <= minutes; minute++)
            {
                _pool.PassUntil(TimeSpan.FromMinutes(minute));
                _invariants.CheckAll();
            }

            End();
        }
        catch (Exception broken)
        {
            throw new InvalidOperationException(
                $"Replay with POOL_SIM_SEED={_seed}. After {_pool.Time.Now}: {broken.Message}\n{Trail}\n{_pool.Stats}\n{_pool.Pool.Options}", broken);
        }
    }

    public void Dispose() => _pool.Dispose();

    private async Task LiveAsync()
    {
        while (!_isEnding)
        {
            await BeBusyAsync();
            await HealAsync();
            _traffic.Pace = Pace.Quiet;
            await _pool.WaitAsync(TimeSpan.FromMinutes(_pool.Luck.Next(5, 60)));
        }
    }

    private async Task BeBusyAsync()
    {
        Trail.Note("busy");
        _traffic.Pace = Pace.Busy;
        if (_pool.Luck.Next(3) > 0)
        {
            _operator.Reconfigure();
        }

        var strikes = new List<Task>();
        for (var more = _pool.Luck.Next(1, 6); more > 0; more--)
        {
            strikes.Add(_troubles.StrikeAsync());
            await _pool.WaitAsync(TimeSpan.FromSeconds(_pool.Luck.Next(1, 60)));
            switch (_pool.Luck.Next(8))
            {
                case 0:
                    strikes.Add(_operator.DrainAsync());
                    break;
                case 1:
                    _operator.Reset();
                    break;
                case 2:
                    _operator.Reconfigure();
                    break;
            }
        }

        await Task.WhenAll(strikes);
        if (_ledger.DrainDeadline is not null)
        {
            _operator.Resume();
        }
    }

    /// <summary>Trouble is over: without anybody's help the pool is as good as new.</summary>
    private async Task HealAsync()
    {
        Trail.Note("calm");
        _traffic.Pace = Pace.Calm;
        await _pool.WaitAsync(HealingTime);
        if (!_isEnding)
        {
            CheckHealed();
        }
    }

    private void CheckHealed()
    {
        var stats = _pool.Stats;
        var options = _pool.Pool.Options;
        Assert.Equal(CircuitState.Closed, stats.Circuit);
        Assert.Equal(0, stats.Unhealthy);
        Assert.True(stats.HealthScore == 100, $"health is {stats.HealthScore}");
        if (!_ledger.IsDirect)
        {
            var desired = Math.Min(options.AutoScale ? options.MinSize : options.Size, _pool.Cap.Limit - _pool.Upstream.Standing.Count(session => session.Use.IsBound));
            Assert.True(stats.Total + stats.Opening - stats.Bound - stats.Draining >= desired, "I1: fewer than desired are open");
        }
    }

    /// <summary>Everybody goes home: nothing is left behind, and nothing at all after the shutdown.</summary>
    private void End()
    {
        Trail.Note("the end");
        _isEnding = true;
        _traffic.HasEnded = true;
        _pool.Upstream.Is(Trouble.None);
        _pool.Pass(TimeSpan.FromMinutes(15));
        if (_ledger.DrainDeadline is not null)
        {
            _operator.Resume();
        }

        _pool.Pass(TimeSpan.FromMinutes(15));
        _invariants.CheckAll();
        CheckHealed();
        var stats = _pool.Stats;
        Assert.Equal((0, 0, 0, 0), (stats.InFlight, stats.Waiting, stats.Bound, stats.Draining));
        Assert.Equal(stats.Total + stats.Opening, _pool.Cap.Open);

        _ledger.HasEnded = true;
        var ended = _pool.Pool.ShutdownAsync(TimeSpan.FromSeconds(5), keepBound: false);
        _pool.Pass(TimeSpan.FromMinutes(1));
        Assert.True(ended.IsCompletedSuccessfully);
        Assert.Equal((0, 0), (_pool.Cap.Open, _pool.Upstream.Standing.Count));
    }
}
