using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Tests.JsonRpc;

public sealed class MessageSpliceTests
{
    private const string Sample = """{"id":7 ,"jsonrpc":"2.0","params":{"_meta":{"progressToken":"p"},"big":1e400},"method":"tools/call"}""";

    [Fact]
    public void One_part_is_replaced_and_the_rest_stays()
    {
        var (message, envelope) = Read(Sample);

        Assert.Equal(Sample.Replace("7 ,", "\"egw-1\" ,"), Splice(output => MessageSplice.Write(output, message, envelope.Id, "\"egw-1\""u8)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Two_parts_are_replaced_in_whatever_order_they_are_given(bool idFirst)
    {
        var (message, envelope) = Read(Sample);
        var (first, second) = idFirst ? (envelope.Id, envelope.ProgressToken) : (envelope.ProgressToken, envelope.Id);
        var (one, two) = idFirst ? ("\"I\"", "12345") : ("12345", "\"I\"");

        var text = Splice(output => MessageSplice.Write(output, message, first, Encoding.UTF8.GetBytes(one), second, Encoding.UTF8.GetBytes(two)));

        Assert.Equal(Sample.Replace("7 ,", "\"I\" ,").Replace("\"p\"", "12345"), text);
    }

    [Fact]
    public void Absent_parts_are_skipped()
    {
        var (message, envelope) = Read(Sample);

        Assert.Equal(Sample, Splice(output => MessageSplice.Write(output, message, default, "x"u8)));
        Assert.Equal(Sample, Splice(output => MessageSplice.Write(output, message, default, "x"u8, default, "y"u8)));
        Assert.Equal(
            Sample.Replace("7 ,", "8 ,"),
            Splice(output => MessageSplice.Write(output, message, envelope.Id, "8"u8, envelope.CancelledId, "y"u8)));
        Assert.Equal(
            Sample.Replace("7 ,", "8 ,"),
            Splice(output => MessageSplice.Write(output, message, envelope.CancelledId, "y"u8, envelope.Id, "8"u8)));
    }

    [Fact]
    public void Parts_that_overlap_are_refused()
    {
        var message = "0123456789"u8.ToArray();

        Assert.Throws<ArgumentOutOfRangeException>(
            () => MessageSplice.Write(new ArrayBufferWriter<byte>(), message, new Slice(2, 4), "x"u8, new Slice(5, 2), "y"u8));
    }

    [Fact]
    public void Only_the_id_and_the_token_differ_in_the_object_model() => Gen.Int.Sample(
        seed =>
        {
            var message = new RandomMessage(seed).Any();
            if (Envelope.Read(message, out var envelope) != EnvelopeError.None || envelope.Kind != MessageKind.Request)
                return;

            var output = new ArrayBufferWriter<byte>();
            MessageSplice.Write(output, message, envelope.ProgressToken, "\"T\""u8, envelope.Id, "\"I\""u8);

            var spliced = output.WrittenSpan.ToArray();
            Assert.Equal(EnvelopeError.None, Envelope.Read(spliced, out var after));
            Assert.Equal("\"I\""u8, after.Id.Of(spliced));
            Assert.Equal(envelope.ProgressToken.Exists, after.ProgressToken.Of(spliced).SequenceEqual("\"T\""u8));

            // Back again: the very same bytes.
            var back = new ArrayBufferWriter<byte>();
            MessageSplice.Write(back, spliced, after.Id, envelope.Id.Of(message), after.ProgressToken, envelope.ProgressToken.Of(message));
            Assert.Equal(message, back.WrittenSpan.ToArray());
            using var document = JsonDocument.Parse(spliced);
            Assert.Equal("I", document.RootElement.EnumerateObject().Single(member => Reads(member, "id")).Value.GetString());
        },
        iter: 30_000);

    private static bool Reads(JsonProperty member, string name) => member.NameEquals(name);

    private static (byte[] Message, Envelope Envelope) Read(string json)
    {
        var message = Encoding.UTF8.GetBytes(json);
        Assert.Equal(EnvelopeError.None, Envelope.Read(message, out var envelope));
        return (message, envelope);
    }

    private static string Splice(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
