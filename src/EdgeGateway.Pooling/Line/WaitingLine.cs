using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Line;

/// <summary>Callers waiting for a session, first come first served within those who compete for the same ones. Used under the pool's lock.</summary>
internal sealed class WaitingLine<TSession>
    where TSession : class, IPooledSession
{
    private readonly LinkedList<Waiter<TSession>> _line = new();
    private readonly Dictionary<FreshKey, int> _byKey = [];

    public int Count => _line.Count;

    public Waiter<TSession>? Oldest => _line.First?.Value;

    public LinkedListNode<Waiter<TSession>>? First => _line.First;

    /// <summary>Whether somebody stands in line whom a newcomer with this key must not overtake.</summary>
    public bool Any(in FreshKey key) => _line.Count > 0 && _byKey.ContainsKey(key);

    public void Join(Waiter<TSession> waiter)
    {
        _line.AddLast(waiter);
        _byKey[waiter.Ask.Key] = _byKey.GetValueOrDefault(waiter.Ask.Key) + 1;
    }

    public void Leave(LinkedListNode<Waiter<TSession>> node)
    {
        _line.Remove(node);
        Forget(node.Value);
    }

    public void Leave(Waiter<TSession> waiter)
    {
        if (_line.Remove(waiter))
        {
            Forget(waiter);
        }
    }

    private void Forget(Waiter<TSession> waiter)
    {
        waiter.InLine = false;
        var left = _byKey[waiter.Ask.Key] - 1;
        if (left == 0)
        {
            _byKey.Remove(waiter.Ask.Key);
        }
        else
        {
            _byKey[waiter.Ask.Key] = left;
        }
    }
}
