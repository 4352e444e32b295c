using System.Collections.Concurrent;

namespace EdgeGateway.Pooling.Slots;

/// <summary>
/// What a session was opened as and with: a session of one kind never serves a caller of another (pool.md section 2). One object for each
/// there is, so that kinds are told apart by reference.
/// </summary>
internal sealed class Kind
{
    public Kind(SessionClass sessionClass, Credential credential)
    {
        Class = sessionClass;
        Credential = credential;
        Shared = new Partition(principal: null, this);
        Stock = new Partition(principal: "", this);
    }

    public SessionClass Class { get; }

    /// <summary>
    /// What sessions of this kind are opened with: the credential of whoever asked last, because what travels with each request, a token, is
    /// renewed without being another credential. Under the lock.
    /// </summary>
    public Credential Credential { get; set; }

    /// <summary>Those that serve whoever asks.</summary>
    public Partition Shared { get; }

    /// <summary>Those nobody has used yet. No caller's principal is empty.</summary>
    public Partition Stock { get; }

    /// <summary>Those of one user each. Written under the pool's lock, read by acquirers without it.</summary>
    public ConcurrentDictionary<string, Partition> Users { get; } = new(concurrencyLevel: 1, capacity: 1);

    /// <summary>Callers in line: a newcomer never overtakes one of its own kind. Under the lock.</summary>
    public int Waiting { get; set; }

    /// <summary>Nothing was of it, and another object may stand for the same by now. Under the lock.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>Scratch of one pass over the line: waiters for leases, and for bindings, whose session is being opened already.</summary>
    public int[] Expected { get; } = new int[2];

    /// <summary>The partition of a user: one object as long as anything refers to it. Under the lock.</summary>
    public Partition Of(string principal)
    {
        if (!Users.TryGetValue(principal, out var own))
        {
            Users[principal] = own = new Partition(principal, this);
        }

        return own;
    }
}
