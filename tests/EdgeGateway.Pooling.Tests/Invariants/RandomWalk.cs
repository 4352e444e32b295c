using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Invariants;

/// <summary>Does anything to a pool, in an order that its seed decides, and checks the model after every step.</summary>
internal sealed class RandomWalk
{
    private static readonly string[] Users = ["ann", "bob", "carl"];
    private readonly Random _random;
    private readonly PoolUnderTest _pool;
    private readonly Model _model;
    private readonly List<string> _steps = [];
    private int _asked;

    public RandomWalk(int seed)
    {
        _random = new Random(seed);
        var endpoints = _random.Next(3) == 0 ? new[] { 2, 1 } : [1];
        _pool = new PoolUnderTest(
            o => Vary(o) with
            {
                EndpointWeights = endpoints,
                AcquireTimeout = TimeSpan.FromSeconds(5),
                MaxIdleTime = TimeSpan.FromSeconds(60),
                MaxLifetime = TimeSpan.FromSeconds(120),
                HealthCheckInterval = TimeSpan.FromSeconds(10),
                RebalanceInterval = TimeSpan.FromSeconds(60),
                CleanupInterval = TimeSpan.FromSeconds(5),
                ClientSessionIdle = TimeSpan.FromSeconds(60),
                HandshakeTimeout = TimeSpan.FromSeconds(4),
            },
            new FakeUpstream { IsStateful = _random.Next(3) > 0 },
            new SessionCap(_random.Next(2) == 0 ? 12 : 100),
            seed);
        _model = new Model(_pool);
    }

    public async Task RunAsync(int steps)
    {
        try
        {
            for (var step = 0; step < steps; step++)
            {
                await StepAsync();
                await SettleAsync();
                _model.Check();
            }

            await CalmDownAsync();
        }
        catch (Exception broken)
        {
            throw new InvalidOperationException($"After {_steps.Count} steps: {broken.Message}\n… {string.Join("\n… ", _steps.TakeLast(25))}\n{_pool.Stats}", broken);
        }
    }

    private async Task StepAsync()
    {
        switch (_random.Next(100))
        {
            case < 22:
                Ask();
                break;
            case < 32:
                AskBind();
                break;
            case < 52 when _model.Leases.Count > 0:
                Release(Pick(_model.Leases), RandomOutcome());
                break;
            case < 57 when _model.Released.Count > 0:
                ReleaseAgain();
                break;
            case < 65 when _model.Bindings.Count > 0:
                RequestOn(Pick(_model.Bindings));
                break;
            case < 69 when _model.Bindings.Count > 0:
                End(Pick(_model.Bindings));
                break;
            case < 71 when _model.Bindings.Count > 0:
                Replace(Pick(_model.Bindings));
                break;
            case < 74 when _model.Waiting.Count > 0:
                var leaving = Pick(_model.Waiting);
                Note($"caller {leaving.Number} leaves");
                await leaving.Leaving.CancelAsync();
                break;
            case < 88:
                var time = TimeSpan.FromMilliseconds(_random.Next(3) == 0 ? _random.Next(20_000) : _random.Next(500));
                Note($"{time.TotalSeconds:0.000} s pass");
                for (var left = time; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1))
                {
                    _pool.Clock.Advance(left < TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1));
                    await SettleAsync();
                }

                break;
            case < 92:
                ChangeUpstream();
                break;
            case < 95:
                Note("held handshakes end");
                _pool.Upstream.LetGo(_random.Next(4) > 0, _random.Next(1, 4));
                break;
            case < 97:
                Reconfigure();
                break;
            case 97:
                var timeout = TimeSpan.FromSeconds(_random.Next(10));
                Note($"drain within {timeout.TotalSeconds} s");
                _model.DrainEnds = _pool.Pool.TryDrain(timeout) ? _pool.Clock.GetUtcNow() + timeout : _model.DrainEnds;
                break;
            case 98:
                Note("resume");
                _pool.Pool.TryResume();
                break;
            default:
                Note("reset");
                _pool.Pool.Reset();
                break;
        }
    }

    private void Ask()
    {
        var caller = RandomCaller();
        var mode = _random.Next(3) == 0 ? LeaseMode.Shared : LeaseMode.Exclusive;
        Note($"caller {_asked} = {caller.Principal}, {caller.Credential.Fingerprint}, {caller.Class.Capabilities} asks, {mode}");
        var leaving = new CancellationTokenSource();
        Join(caller, bind: false, leaving, _pool.Pool.AcquireAsync(caller, mode, leaving.Token).AsTask(), mode);
    }

    private void AskBind()
    {
        var caller = RandomCaller();
        Note($"caller {_asked} = {caller.Principal}, {caller.Credential.Fingerprint}, {caller.Class.Capabilities} binds");
        var leaving = new CancellationTokenSource();
        Join(caller, bind: true, leaving, _pool.Pool.BindAsync(caller, leaving.Token).AsTask(), LeaseMode.Exclusive);
    }

    private void Join(Caller caller, bool bind, CancellationTokenSource leaving, Task task, LeaseMode mode)
    {
        _model.Requests++;
        _modes[_asked] = mode;
        _model.Waiting.Add(new Asked(_asked++, caller, bind, task, leaving, _pool.Clock.GetUtcNow() + _pool.Options.AcquireTimeout));
    }

    private readonly Dictionary<int, LeaseMode> _modes = [];

    private void Release(Held held, LeaseOutcome outcome)
    {
        Note($"{held.Lease.Session} released, {outcome}");
        _model.Leases.Remove(held);
        _model.Released.Add(held.Lease);
        held.Lease.Release(outcome);
    }

    private void ReleaseAgain()
    {
        // I10
        var before = _pool.Stats;
        Note("released again");
        Pick(_model.Released).Release(RandomOutcome());
        Assert.Equal(before with { DoubleReleases = before.DoubleReleases + 1 }, _pool.Stats);
    }

    private void RequestOn(Binding<FakeSession> binding)
    {
        var acquired = binding.Acquire();
        if (acquired.Refusal is { } refusal)
        {
            _model.Requests += refusal.Rejection == Rejection.BindingEnded ? 0 : 1;
            return;
        }

        Note($"request on bound {acquired.Lease.Session}");
        _model.Requests++;
        var held = new Held(acquired.Lease, binding.Caller, IsShared: false, IsExclusive: false, binding);
        if (acquired.Lease.Session.IsClosed)
        {
            // Its session is being replaced; the upstream will say that it does not know it.
            Assert.NotEmpty(_model.Replacements);
            _model.Leases.Add(held);
            return;
        }

        _model.Granted(held);
    }

    private void End(Binding<FakeSession> binding)
    {
        Note($"{binding.Session} unbound");
        binding.End("the client said DELETE");
    }

    private void Replace(Binding<FakeSession> binding)
    {
        var isFirst = !binding.Ended.IsCancellationRequested && !binding.Session.IsClosed;
        Note($"{binding.Session} was forgotten");
        var replacement = binding.ReplaceAsync(binding.Session);
        if (isFirst)
        {
            _model.Requests++;
            _model.Replacements.Add(replacement);
        }
    }

    private void ChangeUpstream()
    {
        var answer = _random.Next(3) == 0 ? (Answer)_random.Next(5) : Answer.AtOnce;
        var onlyFirst = _random.Next(2) == 0;
        Note($"upstream: {answer}{(onlyFirst ? " at the first endpoint" : "")}");
        _pool.Upstream.Answers = (endpoint, _) => !onlyFirst || endpoint == 0 ? answer : Answer.AtOnce;
        var found = (ProbeResult)_random.Next(3);
        foreach (var session in _pool.Upstream.Open)
        {
            session.OnProbe = () => new(_random.Next(3) == 0 ? found : ProbeResult.Alive);
        }
    }

    private void Reconfigure()
    {
        var next = _random.Next(3) > 0 ? Vary(_pool.Options) : _pool.Options with { Credential = Credential.Stored(_random.Next(1, 3)) };
        Note($"apply {next.Isolation}, {next.Strategy}, {next.Enabled}, {next.Size}–{next.MaxSize}, {next.Credential.Fingerprint}");
        _pool.Apply(_ => next);
    }

    private PoolOptions Vary(PoolOptions options)
    {
        var size = _random.Next(1, 5);
        return options with
        {
            Enabled = _random.Next(8) > 0,
            Isolation = _random.Next(2) == 0 ? options.Isolation : (Isolation)_random.Next(4),
            Strategy = (PoolStrategy)_random.Next(5),
            Size = size,
            MaxSize = size + _random.Next(4),
            MaxConcurrency = Math.Max(options == _pool?.Options ? options.MaxConcurrency : 1, _random.Next(1, 4)),
            MaxClientSessions = _random.Next(2, 8),
            MaxPending = _random.Next(4, 12),
            AutoScale = _random.Next(3) == 0,
        };
    }

    private Caller RandomCaller() => new(
        Pick(Users),
        _random.Next(4) == 0 ? PoolUnderTest.Roots : PoolUnderTest.Plain,
        _random.Next(5) == 0 ? PoolUnderTest.Brought("key") : _pool.Options.Credential,
        _random.Next(2) == 0 ? null : $"key{_random.Next(4)}");

    private LeaseOutcome RandomOutcome() => _random.Next(3) == 0 ? (LeaseOutcome)_random.Next(5) : LeaseOutcome.Reusable;

    /// <summary>Until everybody who was answered has seen the answer.</summary>
    private async Task SettleAsync()
    {
        _pool.Run();
        while (_model.Waiting.Count(asked => !asked.Task.IsCompleted) + _model.Replacements.Count(task => !task.IsCompleted) != _pool.Stats.Waiting || _pool.Work.Waiting > 0)
        {
            await Task.Yield();
            _pool.Run();
        }

        foreach (var done in _model.Replacements.Where(task => task.IsCompleted).ToArray())
        {
            _model.Replacements.Remove(done);
            _model.Bound += (await done)?.Rejection is null or Rejection.BindingEnded ? 1 : 0;
        }

        foreach (var done in _model.Waiting.Where(asked => asked.Task.IsCompleted).ToArray())
        {
            _model.Waiting.Remove(done);
            if (done.Task.IsCanceled)
            {
                continue;
            }

            if (await IsServedAsync(done) && _pool.Options.Strategy != PoolStrategy.Sticky)
            {
                // I9
                Assert.DoesNotContain(_model.Waiting, other => other.Number < done.Number && !other.Task.IsCompleted && other.Bind == done.Bind
                    && other.Caller.Principal == done.Caller.Principal && other.Caller.Class == done.Caller.Class && other.Caller.Credential.Equals(done.Caller.Credential));
            }
        }
    }

    private async Task<bool> IsServedAsync(Asked done)
    {
        if (done.Task is Task<Bound<FakeSession>> bind)
        {
            var bound = await bind;
            _model.Bound += bound.Refusal is null ? 1 : 0;
            if (bound.Binding is { } binding)
            {
                _model.Bindings.Add(binding);
            }

            return bound.Refusal is null;
        }

        var acquired = await (Task<Acquired<FakeSession>>)done.Task;
        if (acquired.Refusal is not null)
        {
            return false;
        }

        var session = acquired.Lease.Session;
        var isDirect = !_pool.Options.Enabled || _pool.Options.Strategy == PoolStrategy.None;
        var isShared = !isDirect && _model.IsShared(session);
        var caller = done.Caller.Credential.IsStored ? done.Caller with { Credential = session.Credential } : done.Caller;
        _model.Granted(new Held(acquired.Lease, caller, isShared, isDirect || (!isShared && _modes[done.Number] == LeaseMode.Exclusive), null));
        Assert.True(isShared || session.Class == done.Caller.Class || !session.Class.DeclaresCapabilities);
        return true;
    }

    /// <summary>The upstream is well, everybody goes home: nothing may be left behind.</summary>
    private async Task CalmDownAsync()
    {
        Note("calm");
        _pool.Upstream.Answer = Answer.AtOnce;
        _pool.Upstream.LetGo();
        _pool.Pool.TryResume();
        foreach (var session in _pool.Upstream.Open)
        {
            session.OnProbe = () => new(ProbeResult.Alive);
        }

        while (_model.Leases.Count > 0)
        {
            Release(_model.Leases[0], LeaseOutcome.Reusable);
            await SettleAsync();
        }

        for (var second = 0; second < 150; second++)
        {
            _pool.Clock.Advance(TimeSpan.FromSeconds(1));
            await SettleAsync();
            while (_model.Leases.Count > 0)
            {
                Release(_model.Leases[0], LeaseOutcome.Reusable);
                await SettleAsync();
            }
        }

        _model.Check();
        var stats = _pool.Stats;
        var isDirect = !_pool.Options.Enabled || _pool.Options.Strategy == PoolStrategy.None;
        Assert.Equal((0, 0, 0, 0), (stats.Waiting, stats.InFlight, stats.Bound, stats.Draining));
        Assert.InRange(stats.Total, isDirect ? 0 : Math.Min(_pool.Options.AutoScale ? _pool.Options.MinSize : _pool.Options.Size, _pool.Cap.Limit), _pool.Options.MaxSize);
        Assert.Equal((CircuitState.Closed, 100), (stats.Circuit, stats.HealthScore));

        var ended = _pool.Pool.ShutdownAsync(TimeSpan.Zero, keepBound: false);
        _pool.Run();
        await ended;
        Assert.Equal(0, _pool.Cap.Open);
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    private void Note(string step) => _steps.Add($"{_pool.Clock.GetUtcNow():mm:ss.fff} {step}");
}
