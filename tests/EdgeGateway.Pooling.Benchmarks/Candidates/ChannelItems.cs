using System.Threading.Channels;
using EdgeGateway.Pooling.Benchmarks.Measuring;

namespace EdgeGateway.Pooling.Benchmarks.Candidates;

/// <summary>A bounded channel as a pool: reading takes an item, writing gives it back.</summary>
internal readonly struct ChannelItems : IContender
{
    private readonly ChannelReader<Item> _reader;
    private readonly ChannelWriter<Item> _writer;

    /// <param name="items">What it holds.</param>
    public ChannelItems(IReadOnlyCollection<Item> items)
    {
        var channel = Channel.CreateBounded<Item>(items.Count);
        (_reader, _writer) = (channel.Reader, channel.Writer);
        foreach (var item in items)
        {
            _writer.TryWrite(item);
        }
    }

    public int AcquireAndRelease()
    {
        var item = Must.BeThere(AcquireAsync(CancellationToken.None));
        var number = item.Number;
        Must.HaveItem(_writer.TryWrite(item));
        return number;
    }

    /// <summary>A worker of the hand-off.</summary>
    public async Task WorkAsync(Turns turns, CancellationToken cancellationToken)
    {
        bool goesOn;
        do
        {
            var item = await AcquireAsync(cancellationToken);
            goesOn = turns.Take();
            _writer.TryWrite(item);
        }
        while (goesOn);
    }

    private ValueTask<Item> AcquireAsync(CancellationToken cancellationToken) =>
        _reader.TryRead(out var item) ? new(item) : _reader.ReadAsync(cancellationToken);
}
