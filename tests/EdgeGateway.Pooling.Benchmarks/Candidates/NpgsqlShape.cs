using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using EdgeGateway.Pooling.Benchmarks.Measuring;

namespace EdgeGateway.Pooling.Benchmarks.Candidates;

/// <summary>
/// The idle path of a database driver's pool, in the shape of Npgsql's: an unbounded channel of idle items, a count of them kept with
/// Interlocked, a look at the item's health on both ways, a synchronous attempt first. The age check is left out: it would read the clock
/// each time.
/// </summary>
internal readonly struct NpgsqlShape() : IContender
{
    private readonly Source _source = new();

    public int AcquireAndRelease()
    {
        var connector = Must.BeThere(_source.GetAsync());
        var number = connector.Item.Number;
        _source.Return(connector);
        return number;
    }

    private sealed class Source
    {
        private readonly Channel<Connector?> _idle = Channel.CreateUnbounded<Connector?>();
        private int _idleCount;

        public Source()
        {
            foreach (var item in Item.Some())
            {
                Return(new(item));
            }
        }

        public ValueTask<Connector> GetAsync() => TryGetIdle(out var connector) ? new(connector) : WaitAsync();

        public void Return(Connector connector)
        {
            if (connector.IsBroken)
            {
                // Null wakes a waiter, who may open another one.
                _idle.Writer.TryWrite(null);
                return;
            }

            Interlocked.Increment(ref _idleCount);
            _idle.Writer.TryWrite(connector);
        }

        private bool TryGetIdle([NotNullWhen(true)] out Connector? connector)
        {
            while (_idle.Reader.TryRead(out connector))
            {
                if (IsUsable(connector))
                {
                    return true;
                }
            }

            return false;
        }

        private bool IsUsable([NotNullWhen(true)] Connector? connector)
        {
            if (connector is null)
            {
                return false;
            }

            Interlocked.Decrement(ref _idleCount);
            return !connector.IsBroken;
        }

        private async ValueTask<Connector> WaitAsync()
        {
            while (true)
            {
                var connector = await _idle.Reader.ReadAsync();
                if (IsUsable(connector))
                {
                    return connector;
                }
            }
        }
    }

    private sealed class Connector(Item item)
    {
        public Item Item { get; } = item;

        public bool IsBroken { get; set; }
    }
}
