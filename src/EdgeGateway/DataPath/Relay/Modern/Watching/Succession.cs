using System.Threading.Channels;

namespace EdgeGateway.DataPath.Relay.Modern.Watching;

/// <summary>
/// What is heard while one listening takes another's place, each change once and none lost. The two come over connections of their own,
/// so what the old one says last may be from before the new one listened, or be what the new one says too: it is kept until the old one
/// has been left, and passed on if the new one did not say the same. A change tells a client to look, not what it will see.
/// </summary>
internal sealed class Succession(ChannelWriter<ReadOnlyMemory<byte>> output)
{
    private readonly Lock _lock = new();

    // Read and written under the lock: who is heard at once, what others said meanwhile and what it said itself, both by what they are about.
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _kept = new(StringComparer.Ordinal);
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private object? _successor;
    private bool _isUnderWay;

    /// <summary>From now on this one is heard at once. Nothing happens where it is already: a server may acknowledge late.</summary>
    public void Begin(object successor)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(successor, _successor))
            {
                (_successor, _isUnderWay) = (successor, true);
            }
        }
    }

    /// <summary>The other one has been left.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isUnderWay = false;
            foreach (var (about, message) in _kept)
            {
                if (!_said.Contains(about))
                {
                    output.TryWrite(message);
                }
            }

            _kept.Clear();
            _said.Clear();
        }
    }

    /// <param name="speaker">Who heard it from the server.</param>
    /// <param name="about">Equal for messages of which a client needs only the last.</param>
    /// <param name="message">The notification.</param>
    public void Say(object speaker, string about, ReadOnlyMemory<byte> message)
    {
        lock (_lock)
        {
            if (_isUnderWay && !ReferenceEquals(speaker, _successor))
            {
                _kept[about] = message;
                return;
            }

            if (_isUnderWay)
            {
                _said.Add(about);
            }

            output.TryWrite(message);
        }
    }
}
