using System.Runtime.CompilerServices;

namespace EdgeGateway.Pooling.Line;

/// <summary>
/// Callers waiting for a session: first come first served within a lane, the lanes taking turns, so that a user's head waiter is
/// served within as many grants as users wait, whatever another user's backlog. Used under the pool's lock.
/// </summary>
internal sealed class WaitingLine<TSession>(Turnstile turnstile)
    where TSession : class, IPooledSession
{
    private readonly LinkedList<Lane<TSession>> _turns = new();
    private readonly Dictionary<string, LineUser> _users = [];
    private Waiter<TSession>? _newest;

    public int Count { get; private set; }

    /// <summary>Those who wait for a binding.</summary>
    public int Binds { get; private set; }

    /// <summary>Those of them that wait in place of a session that was lost.</summary>
    public int Replacements { get; private set; }

    /// <summary>Who came first of all. Those behind follow by <see cref="Waiter{TSession}.Behind"/>.</summary>
    public Waiter<TSession>? Oldest { get; private set; }

    /// <summary>Who came last of all.</summary>
    public Waiter<TSession>? Newest => _newest;

    /// <summary>The lanes, in the order of their turns.</summary>
    public LinkedListNode<Lane<TSession>>? FirstLane => _turns.First;

    /// <summary>The caller was announced before.</summary>
    public void Join(Waiter<TSession> waiter, bool isSticky)
    {
        var ask = waiter.Ask;
        var lanes = Unsafe.As<Lanes<TSession>>(ask.Own.Lanes ??= new Lanes<TSession>(ask.Own));
        var lane = lanes.For(ask, isSticky);
        if (lane.Waiters.Count == 0)
        {
            Open(lane, ask.Caller.Principal);
        }

        waiter.Before = _newest;
        waiter.Behind = null;
        Oldest ??= waiter;
        if (_newest is not null)
        {
            _newest.Behind = waiter;
        }

        _newest = waiter;
        waiter.Lane = lane;
        lane.Waiters.Add(waiter);
        Count++;
        Binds += ask.Bind ? 1 : 0;
        Replacements += ask.Replaces ? 1 : 0;
        ask.Kind.Waiting++;
        ask.Own.Waiting++;
    }

    public void Leave(Waiter<TSession> waiter)
    {
        if (waiter.Lane is not null)
        {
            Remove(waiter);
            waiter.Reserved?.Unreserve();
            waiter.Reserved = null;
            turnstile.Waiters.Withdraw();
        }
    }

    /// <summary>The waiter was served: it leaves, and its user has had a turn.</summary>
    public void LeaveServed(LinkedListNode<Lane<TSession>> lane, Waiter<TSession> waiter)
    {
        var user = lane.Value.User!;
        Leave(waiter);
        if (user.Lanes > (lane.List is null ? 0 : 1))
        {
            MoveBehind(user);
        }

        if (lane.List is not null && lane.Next is not null)
        {
            _turns.Remove(lane);
            _turns.AddLast(lane);
        }
    }

    /// <summary>The next lane that is another user's.</summary>
    public static LinkedListNode<Lane<TSession>>? NextOfOthers(LinkedListNode<Lane<TSession>> lane)
    {
        var next = lane.Next;
        while (next is not null && ReferenceEquals(next.Value.User, lane.Value.User))
        {
            next = next.Next;
        }

        return next;
    }

    /// <summary>The first of the user's lanes that stand at the end, behind all others; null when the last lane is not the user's.</summary>
    public LinkedListNode<Lane<TSession>>? LastLanesOf(LineUser user)
    {
        LinkedListNode<Lane<TSession>>? first = null;
        for (var lane = _turns.Last; lane is not null && ReferenceEquals(lane.Value.User, user); lane = lane.Previous)
        {
            first = lane;
        }

        return first;
    }

    private void Open(Lane<TSession> lane, string principal)
    {
        if (!_users.TryGetValue(principal, out var user))
        {
            _users[principal] = user = new LineUser(principal);
        }

        user.Lanes++;
        lane.User = user;
        _turns.AddLast(lane.Turn);
    }

    private void Close(Lane<TSession> lane)
    {
        _turns.Remove(lane.Turn);
        if (--lane.User!.Lanes == 0)
        {
            _users.Remove(lane.User.Principal);
        }

        lane.User = null;
        Unsafe.As<Lanes<TSession>>(lane.Partition.Lanes!).Forget(lane);
    }

    /// <summary>All lanes of a user, in the order they have among themselves.</summary>
    private void MoveBehind(LineUser user)
    {
        var left = user.Lanes;
        for (var node = _turns.First; node is not null && left > 0;)
        {
            var next = node.Next;
            if (ReferenceEquals(node.Value.User, user))
            {
                _turns.Remove(node);
                _turns.AddLast(node);
                left--;
            }

            node = next;
        }
    }

    /// <summary>Everybody stands where the new settings put them, in the order they came.</summary>
    public void Rearrange(Func<Ask, Ask> change, bool isSticky)
    {
        var all = new List<Waiter<TSession>>(Count);
        for (var waiter = Oldest; waiter is not null; waiter = waiter.Behind)
        {
            all.Add(waiter);
        }

        foreach (var waiter in all)
        {
            Remove(waiter);
            waiter.Reserved?.Unreserve();
            waiter.Reserved = null;
            waiter.Ask = change(waiter.Ask);
            Join(waiter, isSticky);
        }
    }

    private void Remove(Waiter<TSession> waiter)
    {
        var lane = waiter.Lane!;
        lane.Waiters.Remove(waiter);
        waiter.Lane = null;
        if (waiter.Before is { } before)
        {
            before.Behind = waiter.Behind;
        }
        else
        {
            Oldest = waiter.Behind;
        }

        if (waiter.Behind is { } behind)
        {
            behind.Before = waiter.Before;
        }
        else
        {
            _newest = waiter.Before;
        }

        waiter.Before = null;
        waiter.Behind = null;
        Count--;
        Binds -= lane.Bind ? 1 : 0;
        Replacements -= waiter.Ask.Replaces ? 1 : 0;
        if (lane.Waiters.Count == 0)
        {
            Close(lane);
        }

        var partition = lane.Partition;
        partition.Kind.Waiting--;
        partition.Waiting--;
    }
}
