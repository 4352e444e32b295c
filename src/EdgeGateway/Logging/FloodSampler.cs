using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EdgeGateway.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeGateway.Logging;

/// <summary>
/// Keeps one event from flooding the log: a server that is down makes every call a record, and the thousandth says no more than the
/// first. The first ones of each second pass, the rest are counted (<c>edge_gateway.log.records.dropped</c>). Errors always pass.
/// </summary>
internal sealed class FloodSampler(TimeProvider clock) : LoggingSampler, IDisposable
{
    /// <summary>Per event and second: enough to see who is concerned, little enough for a small disk.</summary>
    public const int MostPerSecond = 20;

    /// <summary>Ids of events that traffic makes, 2xxx and 3xxx; those of start, operators and the audit trail are never left out.</summary>
    private const int FirstOfTraffic = 2000;
    private const int FirstOfControl = 4000;

    private readonly Meter _meter = new(MeterNames.Gateway);
    private readonly ConcurrentDictionary<int, Window> _events = new();
    private Counter<long>? _dropped;

    public override bool ShouldSample<TState>(in LogEntry<TState> logEntry)
    {
        if (logEntry.LogLevel >= LogLevel.Error || logEntry.EventId.Id is < FirstOfTraffic or >= FirstOfControl)
        {
            return true;
        }

        var window = _events.GetOrAdd(logEntry.EventId.Id, static _ => new Window());
        if (window.TryEnter(clock.GetTimestamp() / clock.TimestampFrequency))
        {
            return true;
        }

        _dropped ??= _meter.CreateCounter<long>("edge_gateway.log.records.dropped", "{record}", "Log records left out because too many of their event came at once");
        _dropped.Add(1, new KeyValuePair<string, object?>("event", logEntry.EventId.Name));
        return false;
    }

    public void Dispose() => _meter.Dispose();

    private sealed class Window
    {
        // Second in the upper half, count in the lower: one compare-exchange moves both.
        private long _word;

        public bool TryEnter(long time)
        {
            var second = time & int.MaxValue;
            while (true)
            {
                var word = Volatile.Read(ref _word);
                var count = word >> 32 == second ? word & uint.MaxValue : 0;
                if (count >= MostPerSecond)
                {
                    return false;
                }

                if (Interlocked.CompareExchange(ref _word, (second << 32) | (count + 1), word) == word)
                {
                    return true;
                }
            }
        }
    }
}
