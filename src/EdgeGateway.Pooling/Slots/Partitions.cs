using System.Collections.Concurrent;

namespace EdgeGateway.Pooling.Slots;

/// <summary>
/// Which sessions a caller may use. Written under the pool's lock; looked up by acquirers without it. A partition that is found too late
/// has no seats any more, and its caller takes the way through the lock.
/// </summary>
internal sealed class Partitions
{
    // By fingerprint and class.
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<SessionClass, Kind>> _kinds = new(concurrencyLevel: 1, capacity: 4);

    // Who went through the lock last. Under the lock.
    private readonly Partition?[] _resolved = new Partition?[RecentCallers.Capacity];

    // Written under the lock. Who reads an old value finds a partition whose seats are gone, or whose sessions it may well use.
    private volatile bool _shares;

    /// <summary>Whether, as far as is known, whoever asks shares the sessions with others. Decides which partition a caller looks in first.</summary>
    public bool Shares
    {
        get => _shares;
        set => _shares = value;
    }

    /// <summary>All that a session sits in or somebody waits for, and those of the kinds themselves.</summary>
    public IEnumerable<Partition> All => _kinds.Values.SelectMany(kinds => kinds.Values).SelectMany(kind => kind.Users.Values.Append(kind.Shared).Append(kind.Stock));

    /// <summary>The partition a caller looks in first; null when there is none.</summary>
    public Partition? TryFind(in Caller caller)
    {
        Interleaving.Point();
        var shares = _shares;
        return !_kinds.TryGetValue(caller.Credential.Fingerprint, out var kinds) || !kinds.TryGetValue(ClassOf(caller, shares), out var kind) ? null
            : shares ? kind.Shared
            : kind.Users.GetValueOrDefault(caller.Principal);
    }

    /// <summary>The kind of session a caller needs. Under the lock.</summary>
    public Kind KindOf(SessionClass sessionClass, Credential credential)
    {
        if (!_kinds.TryGetValue(credential.Fingerprint, out var kinds))
        {
            _kinds[credential.Fingerprint] = kinds = new(concurrencyLevel: 1, capacity: 1);
        }

        if (!kinds.TryGetValue(sessionClass, out var kind))
        {
            kinds[sessionClass] = kind = new Kind(sessionClass, credential);
        }

        return kind;
    }

    /// <summary>The caller's own partition. Under the lock.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="isPresent">Whether its credential is the latest there is, and not one remembered from an earlier request.</param>
    public Partition OwnOf(in Caller caller, bool isPresent)
    {
        ref var resolved = ref _resolved[RecentCallers.Index(caller.Principal)];
        var isKnown = resolved is { IsForgotten: false, Kind.IsForgotten: false } && resolved.View.IsFor(caller);
        var own = isKnown ? resolved! : resolved = KindOf(caller.Class, caller.Credential).Of(caller.Principal);
        if (isPresent)
        {
            own.Kind.Credential = caller.Credential;
        }

        return own;
    }

    /// <summary>Forgets users and kinds that nobody waits for and nothing is of. Under the lock, between asks: none refers to what is forgotten.</summary>
    /// <param name="isOpening">Whether a session of this kind is being opened.</param>
    public void Forget(Func<Kind, bool> isOpening)
    {
        foreach (var (fingerprint, kinds) in _kinds)
        {
            foreach (var kind in kinds.Values)
            {
                ForgetUsers(kind);
                if (kind is { Waiting: 0, Users.IsEmpty: true, Shared.Inhabitants: 0, Stock.Inhabitants: 0 } && !isOpening(kind))
                {
                    kind.IsForgotten = true;
                    kinds.TryRemove(kind.Class, out _);
                }
            }

            if (kinds.IsEmpty)
            {
                _kinds.TryRemove(fingerprint, out _);
            }
        }
    }

    private static void ForgetUsers(Kind kind)
    {
        foreach (var (principal, partition) in kind.Users)
        {
            if (partition.Waiting + partition.Inhabitants == 0)
            {
                partition.IsForgotten = true;
                kind.Users.TryRemove(principal, out _);
            }
        }
    }

    /// <summary>Where sessions are shared no client capability is declared upstream: nobody in particular could answer for it.</summary>
    public static SessionClass ClassOf(in Caller caller, bool shares) =>
        shares && caller.Class.DeclaresCapabilities ? caller.Class with { Capabilities = "{}" } : caller.Class;
}
