namespace EdgeGateway.Pooling.Slots;

/// <summary>The session classes clients asked for lately, latest first: what the stock is opened as. Used under the pool's lock.</summary>
internal sealed class RecentClasses(SessionClass first, TimeProvider clock)
{
    /// <summary>A server rarely has more kinds of clients at once; a stock split further would serve nobody.</summary>
    private const int Most = 4;

    private readonly List<(SessionClass Class, long Seen)> _classes = [(first, clock.GetTimestamp())];

    public SessionClass Latest => _classes[0].Class;

    public IEnumerable<SessionClass> All => _classes.Select(seen => seen.Class);

    public void Saw(SessionClass sessionClass)
    {
        var now = clock.GetTimestamp();
        if (_classes[0].Class == sessionClass)
        {
            _classes[0] = (sessionClass, now);
            return;
        }

        for (var i = 1; i < _classes.Count; i++)
        {
            if (_classes[i].Class == sessionClass)
            {
                _classes.RemoveAt(i);
                break;
            }
        }

        _classes.Insert(0, (sessionClass, now));
        if (_classes.Count > Most)
        {
            _classes.RemoveAt(Most);
        }
    }

    /// <summary>Forgets classes nobody asked for in this time, but for the latest.</summary>
    public void Forget(TimeSpan unseen)
    {
        for (var i = _classes.Count - 1; i > 0; i--)
        {
            if (clock.GetElapsedTime(_classes[i].Seen) > unseen)
            {
                _classes.RemoveAt(i);
            }
        }
    }
}
