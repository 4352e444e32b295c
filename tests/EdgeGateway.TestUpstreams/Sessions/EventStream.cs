using System.Globalization;

namespace EdgeGateway.TestUpstreams.Sessions;

/// <summary>
/// One SSE stream as a log: events are appended whether or not anybody listens, a connection attaches and pumps, and a lost
/// connection can attach again after the last event it saw. A POST's stream ends with its response; the GET stream with its session.
/// </summary>
internal sealed class EventStream(string name)
{
    private readonly Lock _lock = new();

    // All below: written by tools and by the pump, read by the pump, under the lock.
    private readonly List<string> _events = [];
    private TaskCompletionSource _changed = NewSource();
    private bool _completed;
    private int _delivered;
    private int _attachment;
    private int? _breakAfter;

    public string Name { get; } = name;

    public void Append(string json) => Change(() => _events.Add(json));

    /// <summary>Appends the response and ends the stream.</summary>
    public void AppendLast(string json) => Change(() =>
    {
        _events.Add(json);
        _completed = true;
    });

    public void Complete() => Change(() => _completed = true);

    /// <summary>Ends the connection but not the stream, once what was appended is written: the client is to come back with Last-Event-ID.</summary>
    public void Detach() => Change(() => _breakAfter = _events.Count);

    /// <summary>Finds where to go on from an event id, if it is one of this stream's.</summary>
    public bool TryParsePosition(string eventId, out int position)
    {
        position = 0;
        return eventId.StartsWith(Name + "-", StringComparison.Ordinal)
            && int.TryParse(eventId.AsSpan(Name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out position);
    }

    /// <summary>Begins a connection, which ends any earlier one. Null = go on where the last one stopped.</summary>
    public Attachment Attach(int? after)
    {
        var attachment = default(Attachment);
        Change(() => attachment = new Attachment(++_attachment, after ?? _delivered));
        return attachment;
    }

    /// <summary>The next event, or null when the connection is to end.</summary>
    public async Task<Event?> NextAsync(Attachment attachment, int position, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (attachment.Number != _attachment)
                {
                    return null;
                }

                if (position == _breakAfter)
                {
                    _breakAfter = null;
                    return null;
                }

                if (position < _events.Count)
                {
                    return new Event($"{Name}-{position + 1}", _events[position], _completed && position == _events.Count - 1);
                }

                if (_completed)
                {
                    return null;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public void Delivered(int position) => Change(() => _delivered = Math.Max(_delivered, position));

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            change();
            changed = _changed;
            _changed = NewSource();
        }

        changed.TrySetResult();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    public readonly record struct Attachment(int Number, int Position);

    public sealed record Event(string Id, string Json, bool IsLast);
}
