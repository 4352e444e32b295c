using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Tests.JsonRpc;

public sealed class ResponseIdRewriterTests
{
    private static readonly string Kilobyte = new('x', 1022); // with its quotes 1024

    public static TheoryData<string, string> Replaced => new()
    {
        { """{"jsonrpc":"2.0","id":"egw-1","result":{"id":1,"a":[{"id":"x"}]}}""", """{"jsonrpc":"2.0","id":NEW,"result":{"id":1,"a":[{"id":"x"}]}}""" },
        { """{"id":"egw-1","result":{}}""", """{"id":NEW,"result":{}}""" },
        { """{"result":{"x":"\"id\":1,{[\\"},"id":17}""", """{"result":{"x":"\"id\":1,{[\\"},"id":NEW}""" },
        { """{"result":"}\\","id":"a\"b\\"}""", """{"result":"}\\","id":NEW}""" },
        { " \r\n{ \"id\" \t:\n -1.5e+3 \n, \"result\" : null } \n", " \r\n{ \"id\" \t:\n NEW \n, \"result\" : null } \n" },
        { """{"jsonrpc":"2.0","id":null,"error":{"code":-32700}}""", """{"jsonrpc":"2.0","id":NEW,"error":{"code":-32700}}""" },
        { """{"\u0069\u0064":"egw-1","i\u0064x":1,"result":true}""", """{"\u0069\u0064":NEW,"i\u0064x":1,"result":true}""" },
        { """{"id":1,"result":false,"id":"egw-2"}""", """{"id":NEW,"result":false,"id":NEW}""" },
        { """{"":"id","idd":"id","\"id":1,"id":""}""", """{"":"id","idd":"id","\"id":1,"id":NEW}""" },
        { """{"aVeryLongMemberNameThatIsNotAnId":[[[]],{}],"id":5}""", """{"aVeryLongMemberNameThatIsNotAnId":[[[]],{}],"id":NEW}""" },
        { $$"""{"id":"{{Kilobyte}}"}""", """{"id":NEW}""" },
        { "\uFEFF{\"id\":1}", "\uFEFF{\"id\":NEW}" },
    };

    public static TheoryData<string> Unchanged => new()
    {
        "",
        "   ",
        "[]",
        """[{"id":1}]""",
        "\"id\"",
        "17",
        """{"result":{"id":1}}""",
        """{"id":{"id":1}}""",
        """{"id":[1]}""",
        """{"id":true}""",
        """{"id":nope}""",
        """{"id":12x4}""",
        """{"id":""",
        """{"id":12""",
        """{"id":"unfinished\""",
        """{"id" "egw-1"}""",
        """{"a":1}{"id":1}""",
        """{"a":1]"id":1}""",
        """{x"id":1}""",
        "{\"id\":\"" + Kilobyte + "y\"}",
        "{\"id\":" + new string('1', 1025) + "}",
        "{\"id\":\"" + Kilobyte + Kilobyte,
    };

    [Theory]
    [MemberData(nameof(Replaced))]
    public void The_id_is_replaced_wherever_the_chunks_are_cut(string json, string expected)
    {
        foreach (var (text, replaced) in AllSplits(json))
        {
            Assert.Equal(expected.Replace("NEW", "\"client\""), text);
            Assert.True(replaced);
        }
    }

    [Theory]
    [MemberData(nameof(Unchanged))]
    public void What_has_no_id_to_replace_passes_unchanged_wherever_the_chunks_are_cut(string json)
    {
        foreach (var (text, replaced) in AllSplits(json))
        {
            Assert.Equal(json, text);
            Assert.False(replaced);
        }
    }

    [Fact]
    public void Nothing_but_an_unfinished_id_is_held_back()
    {
        var rewriter = new ResponseIdRewriter("1"u8.ToArray());
        var output = new ArrayBufferWriter<byte>();

        rewriter.Write("""{"result":{"text":"abc"""u8, output);
        Assert.Equal("""{"result":{"text":"abc""", Encoding.UTF8.GetString(output.WrittenSpan));
        rewriter.Write("""def"}, "i"""u8, output);
        Assert.Equal("""{"result":{"text":"abcdef"}, "i""", Encoding.UTF8.GetString(output.WrittenSpan));
        rewriter.Write("""d" : "egw-"""u8, output);
        Assert.Equal("""{"result":{"text":"abcdef"}, "id" : """, Encoding.UTF8.GetString(output.WrittenSpan));
        rewriter.Write("5\""u8, output);
        Assert.Equal("""{"result":{"text":"abcdef"}, "id" : 1""", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Generated_responses_come_out_as_the_object_model_says() => Gen.Int.Sample(
        seed =>
        {
            var message = new RandomMessage(seed).Response();
            var expected = Expected(message, "\"client\""u8);
            var random = new Random(seed);

            var rewriter = new ResponseIdRewriter("\"client\""u8.ToArray());
            var output = new ArrayBufferWriter<byte>();
            for (var at = 0; at < message.Length;)
            {
                var length = Math.Min(message.Length - at, random.Next(random.Next(2) == 0 ? 4 : 64));
                rewriter.Write(message.AsSpan(at, length), output);
                at += length;
            }

            rewriter.Complete(output);
            Assert.True(rewriter.Replaced);
            Assert.True(expected.AsSpan().SequenceEqual(output.WrittenSpan), $"seed {seed}: {Encoding.UTF8.GetString(output.WrittenSpan)}");
        },
        iter: 50_000);

    [Fact]
    public void A_long_response_passes_with_nothing_allocated()
    {
        var chunk = Encoding.UTF8.GetBytes("{\"result\":{\"content\":[" + string.Join(',', Enumerable.Repeat("{\"id\":1,\"text\":\"a\\\"b\"}", 500)) + "]},\"id\":\"egw-1\"}");
        var output = new ArrayBufferWriter<byte>(2 * chunk.Length);
        Run(); // JIT, and the writer's size

        var rewriter = new ResponseIdRewriter("7"u8.ToArray());
        output.ResetWrittenCount();
        var before = GC.GetAllocatedBytesForCurrentThread();
        rewriter.Write(chunk, output);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(rewriter.Replaced);

        void Run() => new ResponseIdRewriter("7"u8.ToArray()).Write(chunk, output);
    }

    /// <summary>Whole, byte by byte, and every cut into two; for short texts every cut into three.</summary>
    private static IEnumerable<(string Text, bool Replaced)> AllSplits(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        yield return Rewrite([bytes]);
        yield return Rewrite([.. bytes.Select(b => new[] { b })]);
        for (var first = 0; first <= bytes.Length; first++)
        {
            yield return Rewrite([bytes[..first], bytes[first..]]);
            for (var second = first; second <= bytes.Length && bytes.Length < 120; second++)
                yield return Rewrite([bytes[..first], bytes[first..second], bytes[second..]]);
        }
    }

    private static (string Text, bool Replaced) Rewrite(IReadOnlyList<byte[]> chunks)
    {
        var rewriter = new ResponseIdRewriter("\"client\""u8.ToArray());
        var output = new ArrayBufferWriter<byte>();
        foreach (var chunk in chunks)
            rewriter.Write(chunk, output);
        rewriter.Complete(output);
        return (Encoding.UTF8.GetString(output.WrittenSpan), rewriter.Replaced);
    }

    /// <summary>By the positions the library's reader gives.</summary>
    private static byte[] Expected(byte[] message, ReadOnlySpan<byte> replacement)
    {
        var reader = new Utf8JsonReader(message);
        var output = new List<byte>();
        var from = 0;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1 || !reader.ValueTextEquals("id"u8))
                continue;
            reader.Read();
            output.AddRange(message.AsSpan(from, (int)reader.TokenStartIndex - from));
            output.AddRange(replacement);
            from = (int)reader.BytesConsumed;
        }

        output.AddRange(message.AsSpan(from));
        return [.. output];
    }
}
