using System.Collections.Immutable;
using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Relay.Modern;
using EdgeGateway.DataPath.Relay.Modern.Caching;
using EdgeGateway.DataPath.Relay.Modern.Tools;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Json;
using EdgeGateway.Lifecycle;
using EdgeGateway.Lifecycle.Reload;
using EdgeGateway.Pooling;
using EdgeGateway.Telemetry;

namespace EdgeGateway.ControlPlane.Pools;

/// <summary>
/// Owns one <see cref="SessionPool{TSession}"/> per server, also where the server's pool is off, and publishes what the data
/// path may see. Its changes are made inside a turn of the <see cref="ChangeGate"/>, after the database has them.
/// </summary>
internal sealed class SessionPoolManager(
    IServerStore store,
    IUpstreamOpenerFactory openers,
    ServerCatalog catalog,
    RoutingTable routes,
    PoolConfigResolver resolver,
    GatewayOptions options,
    SessionCap cap,
    ParkedCalls parked,
    PoolMeter meter,
    TimeProvider clock,
    ChangeGate gate,
    ILogger<SessionPoolManager> log) : IDrainable, IReloadable, IAsyncDisposable
{
    // Both written inside a turn only. Pools of deleted servers finish their last requests in the background.
    private readonly List<Task> _retiring = [];
    private Task? _shutdown;

    /// <summary>Loads the servers and creates their pools. Call once, before requests are served.</summary>
    /// <exception cref="Storage.DatabaseUnusableException">The servers cannot be read.</exception>
    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        var servers = await store.LoadAsync(cancellationToken);
        Publish(catalog.Servers.AddRange(servers.Select(server => KeyValuePair.Create(server.Id, Build(server, before: null)))));
        log.Initialized(catalog.Servers.Values.Count(managed => managed.Identity is not null));
    }

    /// <summary>Creates or updates what belongs to a server: live, without touching sessions that may stay.</summary>
    public ManagedServer Apply(ServerDefinition server)
    {
        var managed = Build(server, catalog.Find(server.Id));
        Publish(catalog.Servers.SetItem(server.Id, managed));
        return managed;
    }

    /// <summary>The defaults of pools, or whether there are any at all, have changed: every server's configuration is worked out anew.</summary>
    public async Task ReloadAsync()
    {
        using var turn = await gate.EnterAsync(CancellationToken.None);
        if (_shutdown is null)
        {
            Publish(catalog.Servers.ToImmutableDictionary(server => server.Key, server => Build(server.Value.Definition, server.Value)));
        }
    }

    /// <summary>Forgets a server: no request finds it any more, its last requests finish, its sessions are closed.</summary>
    public void Remove(ManagedServer managed)
    {
        Publish(catalog.Servers.Remove(managed.Definition.Id));
        _retiring.RemoveAll(task => task.IsCompleted);
        _retiring.Add(managed.Pool.ShutdownAsync(options.DrainTimeout, keepBound: false));
        parked.GiveUpServer(managed.Definition.Id);
        if (managed.Identity is { } identity)
        {
            log.Removed(identity.PoolId, managed.Definition.Id);
        }
    }

    /// <inheritdoc cref="SessionPool{TSession}.TryDrain"/>
    public bool TryDrain(string serverId, SessionPool<PooledUpstream> pool, TimeSpan timeout)
    {
        var began = pool.TryDrain(timeout);
        parked.GiveUpServer(serverId);
        return began;
    }

    /// <summary>Ends every pool at the end of the process; what clients are bound to stays open upstream, for the next run. Idempotent.</summary>
    /// <param name="timeout">How long running requests may go on.</param>
    public async Task DrainAsync(TimeSpan timeout)
    {
        Task all;
        using (await gate.EnterAsync(CancellationToken.None))
        {
            all = _shutdown ??= Task.WhenAll([.. _retiring, .. catalog.Servers.Values.Select(managed => managed.Pool.ShutdownAsync(timeout, keepBound: true))]);
        }

        await all;
    }

    public async ValueTask DisposeAsync() => await DrainAsync(options.DrainTimeout);

    private void Publish(ImmutableDictionary<string, ManagedServer> servers)
    {
        catalog.Servers = servers;
        routes.Publish(servers.Values.Select(managed => new ServerRoute(managed.Definition, managed.Pool, managed.Era) { Resumer = managed.Opener as IUpstreamResumer, Answers = managed.Answers, Tools = managed.Tools, Tasks = managed.Tasks, ToolNames = managed.ToolNames }));
    }

    private ManagedServer Build(ServerDefinition server, ManagedServer? before)
    {
        var effective = resolver.Resolve(server.Pool, server.Transport);
        if (effective.Enabled)
        {
            log.Applying(server.Id, WireName<PoolStrategy>.Of(effective.Strategy).ToUpperInvariant(), effective.Values.MinSize!.Value, effective.Values.MaxSize!.Value);
        }

        var sighting = before?.Sighting ?? new UpstreamSighting(clock);
        var connectionChanged = before is null || before.Definition.ConnectionVersion != server.ConnectionVersion || before.Opener is UnusableOpener;
        var (opener, failure) = connectionChanged ? Prepare(server, sighting) : (before!.Opener, null);
        var era = connectionChanged ? new UpstreamEra(server.Era, (opener as ObservedOpener)?.Probe, clock) : before!.Era;
        failure ??= Contradiction(server, effective);

        var poolOptions = resolver.ToOptions(server, effective);
        if (failure is not null || (before is null && !server.Enabled))
        {
            // No stock for a pool that cannot be, nor for a server nobody may call.
            poolOptions = poolOptions with { Enabled = false };
        }

        var pool = before?.Pool ?? new SessionPool<PooledUpstream>(poolOptions, opener, cap, clock, happened => meter.Happened(server.Id, happened));
        if (before is not null)
        {
            pool.Apply(poolOptions, connectionChanged ? opener : null);
        }

        Activate(pool, before, server);
        return new ManagedServer
        {
            Definition = server,
            Effective = effective,
            Pool = pool,
            Opener = opener,
            Sighting = sighting,
            Era = era,
            Answers = connectionChanged ? new AnswerVersion() : before!.Answers,
            Tools = connectionChanged ? new KnownTools() : before!.Tools,
            Tasks = connectionChanged ? new TaskOwners() : before!.Tasks,
            ToolNames = connectionChanged ? new KnownNames(ServerRoute.MostTools) : before!.ToolNames,
            Identity = Identify(server, effective, before, failure),
            CreationFailure = failure,
        };
    }

    /// <summary>The server's connections, and why there are none.</summary>
    private (ISessionOpener<PooledUpstream> Opener, string? Failure) Prepare(ServerDefinition server, UpstreamSighting sighting)
    {
        if (server.SecretsUnreadable)
        {
            return Refuse("upstream_auth", "its stored secrets cannot be decrypted with the present gateway.key; send auth and env again", null);
        }

        try
        {
            return (new ObservedOpener(openers.Create(server), sighting), null);
        }
        catch (SessionOpenException e)
        {
            return Refuse(e.Reason, e.Message, e);
        }

        (ISessionOpener<PooledUpstream>, string?) Refuse(string reason, string cause, Exception? exception)
        {
            log.Unusable(server.Id, cause, exception);
            sighting.Failed($"{reason}: {cause}");
            return (new UnusableOpener(reason, cause), cause);
        }
    }

    /// <summary>A stored configuration can come to contradict itself when a global setting changes between starts.</summary>
    private string? Contradiction(ServerDefinition server, EffectivePool effective)
    {
        if (!effective.Enabled)
        {
            return null;
        }

        var errors = new ValidationErrors();
        resolver.Check(server, "", errors);
        if (!errors.Any)
        {
            return null;
        }

        var cause = string.Join("; ", errors.All.Select(error => $"{error.Pointer[1..]} {error.Detail}"));
        log.Unusable(server.Id, cause, null);
        return cause;
    }

    private PoolIdentity? Identify(ServerDefinition server, EffectivePool effective, ManagedServer? before, string? failure)
    {
        if (!effective.Enabled || failure is not null)
        {
            if (before?.Identity is { } gone)
            {
                log.Removed(gone.PoolId, server.Id);
            }

            return null;
        }

        var now = clock.GetUtcNow();
        var identity = before?.Identity is { } known ? known with { UpdatedAt = now } : new PoolIdentity(Guid.NewGuid(), now, now);
        if (before?.Identity is null)
        {
            log.Created(identity.PoolId, server.Id);
        }

        log.Applied(identity.PoolId, server.Id);
        return identity;
    }

    private void Activate(SessionPool<PooledUpstream> pool, ManagedServer? before, ServerDefinition server)
    {
        var wasEnabled = before?.Definition.Enabled ?? true;
        if (wasEnabled && !server.Enabled)
        {
            TryDrain(server.Id, pool, options.DrainTimeout);
        }
        else if (!wasEnabled && server.Enabled)
        {
            pool.TryResume();
        }
    }
}
