using System.Collections.Concurrent;

namespace EdgeGateway.TestUpstreams.Sessions;

/// <summary>The sessions that are alive. Written by initialize, DELETE and the test; read by each request.</summary>
internal sealed class SessionTable
{
    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    public ICollection<Session> All => _sessions.Values;

    public int Count => _sessions.Count;

    /// <summary>A session id issued twice replaces the first session, as a broken server would.</summary>
    public void Add(Session session) => _sessions[session.Id] = session;

    public Session? Find(string id) => _sessions.GetValueOrDefault(id);

    public bool End(string id)
    {
        if (!_sessions.TryRemove(id, out var session))
        {
            return false;
        }

        session.End();
        return true;
    }

    /// <summary>Ends all of them and tells how many there were.</summary>
    public int EndAll() => _sessions.Keys.Count(End);
}
