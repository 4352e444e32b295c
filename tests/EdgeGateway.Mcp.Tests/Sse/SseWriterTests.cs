using System.Buffers;
using System.Text;
using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.Mcp.Tests.Sse;

public sealed class SseWriterTests
{
    [Fact]
    public void An_event_is_written_with_all_its_fields() =>
        Assert.Equal(
            "event: ping\nid: 7\nretry: 1500\ndata: a\ndata: b\ndata: \ndata: c\n\n",
            Write(new SseFrame("ping", "a\nb\r\n\rc"u8.ToArray(), "7", TimeSpan.FromMilliseconds(1500))));

    [Fact]
    public void The_priming_event_has_an_empty_data_line() => Assert.Equal("id: 7\ndata: \n\n", Write(new SseFrame(null, default, "7", null)));

    [Fact]
    public void A_bare_retry_stays_bare() =>
        Assert.Equal("retry: 0\n\n", Write(new SseFrame(null, default, null, TimeSpan.Zero) { HasNoData = true }));

    [Theory]
    [InlineData("a\nb", null)]
    [InlineData(null, "a\rb")]
    public void A_field_cannot_forge_another(string? type, string? id) =>
        Assert.Throws<ArgumentException>(() => Write(new SseFrame(type, default, id, null)));

    [Fact]
    public void A_keep_alive_is_a_comment()
    {
        var output = new ArrayBufferWriter<byte>();
        SseWriter.WriteKeepAlive(output);

        Assert.StartsWith(":", Encoding.UTF8.GetString(output.WrittenSpan));
        Assert.EndsWith("\n\n", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    private static string Write(SseFrame frame)
    {
        var output = new ArrayBufferWriter<byte>();
        SseWriter.Write(output, frame);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
