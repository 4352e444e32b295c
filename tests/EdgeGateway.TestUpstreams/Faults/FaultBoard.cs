namespace EdgeGateway.TestUpstreams;

/// <summary>The faults switched on now. The first that matches a message, in the order they were added, hits it.</summary>
public sealed class FaultBoard
{
    private readonly Lock _lock = new();

    // Written and read under the lock.
    private readonly List<(Fault Fault, int Left)> _active = [];

    /// <summary>Where <see cref="Fault.Hang"/> waits.</summary>
    public Gate Hold { get; } = new();

    /// <summary>A session the server does not know is answered with this status: 404, or 400 with a message naming the session.</summary>
    /// <remarks>Written by the test; read by each request.</remarks>
    public int DeadSessionStatus { get; set; } = 404;

    public void Add(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        lock (_lock)
        {
            _active.Add((fault, fault.Times ?? int.MaxValue));
        }
    }

    /// <summary>Switches everything off and lets go what hangs.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _active.Clear();
        }

        DeadSessionStatus = 404;
        Hold.Pulse();
    }

    internal Fault? Take(string message)
    {
        lock (_lock)
        {
            var index = _active.FindIndex(entry => Hits(entry.Fault.On, message));
            if (index < 0)
            {
                return null;
            }

            var (fault, left) = _active[index];
            if (left == 1)
            {
                _active.RemoveAt(index);
            }
            else
            {
                _active[index] = (fault, left - 1);
            }

            return fault;
        }
    }

    private static bool Hits(string on, string message) =>
        on == message || (on == "*" && message is not ("initialize" or "GET" or "DELETE"));
}
