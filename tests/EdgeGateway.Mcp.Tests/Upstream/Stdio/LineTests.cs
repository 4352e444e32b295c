using System.IO.Pipes;
using System.Text;
using CsCheck;
using EdgeGateway.Mcp.Upstream.Stdio;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Mcp.Tests.Upstream.Stdio;

/// <summary>Lines out of a stream and into one.</summary>
public sealed class LineTests
{
    private const int Longest = 10;

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a\nb\n", new[] { "a", "b" })]
    [InlineData("a\r\n\nb", new[] { "a", "", "b" })]
    [InlineData("0123456789\nx\n", new[] { "0123456789", "x" })]
    [InlineData("0123456789\r\nx\n", new[] { "0123456789", "x" })]
    [InlineData("0123456789A\nx\n", new[] { "0123456789+", "x" })]
    [InlineData("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", new[] { "0123456789+" })]
    public void However_the_bytes_arrive_the_lines_are_the_same(string text, string[] lines) =>
        Gen.Int[1, 7].Sample(size => Assert.Equal(lines, Read(text, size)));

    [Fact]
    public async Task A_line_nobody_reads_is_given_up()
    {
        var clock = new FakeTimeProvider();
        await using var pipe = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        var writer = new LineWriter(pipe, clock);

        var writing = writer.WriteAsync(new byte[1024 * 1024]);
        var waiting = writer.WriteAsync(new byte[10]);
        Assert.False(writing.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(10));

        Assert.False(await writing);
        Assert.False(await waiting);
    }

    private static List<string> Read(string text, int size)
    {
        var reader = new LineReader(new Trickle(Encoding.ASCII.GetBytes(text), size), Longest);
        var lines = new List<string>();
        while (reader.ReadAsync(default).AsTask().GetAwaiter().GetResult() is { } line)
        {
            lines.Add(Encoding.ASCII.GetString(line.Bytes.Span) + (line.IsCut ? "+" : ""));
        }

        return lines;
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class Trickle(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
