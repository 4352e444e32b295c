using System.Text;
using CsCheck;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Tests.JsonRpc;

public sealed class EnvelopeFuzzTests
{
    [Fact]
    public void The_scan_agrees_with_the_object_model_on_any_input()
    {
        var verdicts = new int[4];
        Gen.Int.Sample(
            seed =>
            {
                var message = new RandomMessage(seed).Any();
                var expected = EnvelopeOracle.Judge(message);
                var error = Envelope.Read(message, out var envelope);

                var what = $"seed {seed}: {Encoding.UTF8.GetString(message)}";
                Assert.True(expected.Error == error, $"{what}\nis {error}, should be {expected.Error}");
                Interlocked.Increment(ref verdicts[(int)error]);
                if (error != EnvelopeError.None)
                    return;
                Assert.True(expected.Kind == envelope.Kind, $"{what}\nis {envelope.Kind}, should be {expected.Kind}");
                Assert.True(
                    expected.Parts.OrderBy(part => part.Key).SequenceEqual(EnvelopeOracle.Parts(message, envelope).OrderBy(part => part.Key)),
                    $"{what}\nparts differ");
            },
            iter: 100_000);

        Assert.All(verdicts, count => Assert.True(count > 1000, $"the generator is one-sided: {string.Join(", ", verdicts)}"));
    }
}
