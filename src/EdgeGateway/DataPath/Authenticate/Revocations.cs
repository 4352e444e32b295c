using System.Collections.Concurrent;

namespace EdgeGateway.DataPath.Authenticate;

/// <summary>Keeps what was revoked over a restart.</summary>
internal interface IRevocationStore
{
    /// <summary>Every id that is still revoked.</summary>
    IReadOnlyCollection<string> Load();

    /// <summary>On disk when this returns.</summary>
    /// <param name="id">Of a token (<c>jti</c>), a page's session or a sign-in link.</param>
    /// <param name="until">When it would have ended by itself and need not be remembered any longer; null where nobody knows.</param>
    void Add(string id, DateTimeOffset? until);
}

/// <summary>What ends before its time: tokens, sessions of the admin page, sign-in links that were used.</summary>
internal sealed class Revocations(IRevocationStore store)
{
    // Written by revocations, never taken back; read by every request with a token.
    private readonly ConcurrentDictionary<string, bool> _ids = new(store.Load().Select(id => KeyValuePair.Create(id, true)), StringComparer.Ordinal);

    // Those that are not known to be on disk. Written by revocations; read by who revokes the same again, to answer no sooner than it is there.
    private readonly ConcurrentDictionary<string, bool> _unsaved = new(StringComparer.Ordinal);

    public bool Contains(string id) => _ids.ContainsKey(id);

    /// <summary>In force at once, whatever the disk says: a stolen token must not live for as long as a disk is full.</summary>
    /// <returns>True for the one call that revoked it.</returns>
    /// <exception cref="Storage.DatabaseUnusableException">It holds until the gateway ends; done again, it is written again.</exception>
    public bool TryRevoke(string id, DateTimeOffset? until)
    {
        _unsaved.TryAdd(id, !_ids.ContainsKey(id));
        var isFirst = _ids.TryAdd(id, true);
        if (isFirst || _unsaved.GetValueOrDefault(id))
        {
            store.Add(id, until);
        }

        _unsaved.TryRemove(id, out _);
        return isFirst;
    }
}
