using System.Text;
using EdgeGateway.Mcp.Upstream.Stdio;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Mcp.Tests.Upstream.Stdio;

/// <summary>Messages that come while others are being written.</summary>
public sealed class LineWriterTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly HeldStream _stream = new();

    [Fact(Timeout = 60_000)]
    public async Task What_comes_while_a_line_is_being_written_is_written_together()
    {
        var writer = new LineWriter(_stream, _clock);
        var first = writer.WriteAsync("a"u8.ToArray());
        var second = writer.WriteAsync("b\nb"u8.ToArray());
        var third = writer.WriteAsync("c"u8.ToArray());
        Assert.Equal(["a\n"], _stream.Written);
        Assert.False(first.IsCompleted || second.IsCompleted || third.IsCompleted);

        _stream.Release();
        Assert.True(await first);
        Assert.False(second.IsCompleted || third.IsCompleted);
        _stream.Release();

        Assert.True(await second);
        Assert.True(await third);
        Assert.Equal(["a\n", "b b\nc\n"], _stream.Written);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_writer_that_has_written_what_waited_lets_the_next_line_through_at_once()
    {
        var writer = new LineWriter(_stream, _clock);
        var first = writer.WriteAsync("a"u8.ToArray());
        var second = writer.WriteAsync("b"u8.ToArray());
        _stream.Release();
        _stream.Release();
        Assert.True(await first && await second);

        var third = writer.WriteAsync("c"u8.ToArray());

        Assert.Equal(["a\n", "b\n", "c\n"], _stream.Written);
        _stream.Release();
        Assert.True(await third);
    }

    [Fact(Timeout = 60_000)]
    public async Task After_a_line_that_was_not_written_whole_nothing_is_written()
    {
        var writer = new LineWriter(_stream, _clock);
        var first = writer.WriteAsync("a"u8.ToArray());
        var second = writer.WriteAsync("b"u8.ToArray());

        _stream.Break();

        Assert.False(await first);
        Assert.False(await second);
        Assert.False(await writer.WriteAsync("c"u8.ToArray()));
        Assert.Equal(["a\n"], _stream.Written);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_time_of_a_line_that_waits_counts_from_when_it_came()
    {
        var writer = new LineWriter(_stream, _clock);
        var first = writer.WriteAsync("a"u8.ToArray());
        var second = writer.WriteAsync("b"u8.ToArray());
        _clock.Advance(TimeSpan.FromSeconds(6));
        _stream.Release();
        Assert.True(await first);
        Assert.Equal(2, _stream.Written.Count);

        _clock.Advance(TimeSpan.FromSeconds(3.9));
        Assert.False(second.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.False(await second);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_time_of_a_write_that_had_to_wait_does_not_run_out_later()
    {
        var writer = new LineWriter(_stream, _clock);
        var first = writer.WriteAsync("a"u8.ToArray());
        _stream.Release();
        Assert.True(await first);
        _clock.Advance(TimeSpan.FromSeconds(10));

        var second = writer.WriteAsync("b"u8.ToArray());
        _clock.Advance(TimeSpan.FromSeconds(9));
        _stream.Release();

        Assert.True(await second);
    }

    /// <summary>Takes what is written, and is done with it when it is told to.</summary>
    private sealed class HeldStream : MemoryStream
    {
        private TaskCompletionSource _done = new();

        public List<string> Written { get; } = [];

        /// <summary>Ends the write that runs.</summary>
        public void Release() => _done.SetResult();

        public void Break() => _done.SetException(new IOException("Broken pipe"));

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Written.Add(Encoding.ASCII.GetString(buffer.Span));
            _done = new TaskCompletionSource();
            return new(_done.Task.WaitAsync(cancellationToken));
        }
    }
}
