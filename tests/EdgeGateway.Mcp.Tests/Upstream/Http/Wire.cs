using System.Threading.Channels;

namespace EdgeGateway.Mcp.Tests.Upstream.Http;

/// <summary>
/// What an upstream sends, in exactly these pieces: the pieces of the first answer behind the first request, those of the second behind
/// the second, on whichever connection that comes.
/// </summary>
internal sealed class Wire(IReadOnlyList<IReadOnlyList<byte[]>> answers, bool closesAfterFirst)
{
    /// <summary>What a test sends; where it has been written whole, the answer comes.</summary>
    public static readonly byte[] Body = "{\"end\"}"u8.ToArray();

    private int _requests;

    public int Connections { get; private set; }

    public Stream Connect()
    {
        Connections++;
        return new WireStream(this);
    }

    private void Answer(ChannelWriter<byte[]> connection)
    {
        var number = _requests++;
        foreach (var piece in answers[number])
            connection.TryWrite(piece);
        if (number > 0 || closesAfterFirst)
            connection.TryComplete();
    }

    private sealed class WireStream(Wire wire) : TestStream
    {
        private readonly Channel<byte[]> _sent = Channel.CreateUnbounded<byte[]>();
        private ReadOnlyMemory<byte> _piece;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.Span.EndsWith(Body))
                wire.Answer(_sent.Writer);
            return ValueTask.CompletedTask;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (_piece.IsEmpty)
            {
                if (!await _sent.Reader.WaitToReadAsync(cancellationToken))
                    return 0;
                if (_sent.Reader.TryRead(out var piece))
                    _piece = piece;
            }

            var count = Math.Min(buffer.Length, _piece.Length);
            _piece[..count].CopyTo(buffer);
            _piece = _piece[count..];
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            _sent.Writer.TryComplete();
            base.Dispose(disposing);
        }
    }
}
