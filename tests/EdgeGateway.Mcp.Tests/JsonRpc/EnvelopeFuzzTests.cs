using System.Text;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Tests.JsonRpc;

public sealed class EnvelopeFuzzTests
{
    [Fact]
    public void The_scan_agrees_with_the_object_model_on_any_input()
    {
        var verdicts = new int[4];
        FuzzRun.ForEachSeed(
            "envelope scan against System.Text.Json",
            inputs: 100_000,
            seed =>
            {
                var message = new RandomMessage(seed).Any();
                var expected = EnvelopeOracle.Judge(message);
                var error = Envelope.Read(message, out var envelope);

                if (expected.Error != error)
                    Assert.Fail($"{What(seed, message)}\nis {error}, should be {expected.Error}");
                Interlocked.Increment(ref verdicts[(int)error]);
                if (error != EnvelopeError.None)
                    return;
                if (expected.Kind != envelope.Kind)
                    Assert.Fail($"{What(seed, message)}\nis {envelope.Kind}, should be {expected.Kind}");
                if (!Same(expected.Parts, EnvelopeOracle.Parts(message, envelope)))
                    Assert.Fail($"{What(seed, message)}\nparts differ");
            });

        Assert.All(verdicts, count => Assert.True(count > 1000, $"the generator is one-sided: {string.Join(", ", verdicts)}"));
    }

    private static bool Same(Dictionary<string, string> left, Dictionary<string, string> right) =>
        left.Count == right.Count && left.All(part => right.TryGetValue(part.Key, out var value) && value == part.Value);

    private static string What(int seed, byte[] message) => $"seed {seed}: {Encoding.UTF8.GetString(message)}";
}
