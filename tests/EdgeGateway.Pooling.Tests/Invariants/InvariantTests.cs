namespace EdgeGateway.Pooling.Tests.Invariants;

public sealed class InvariantTests
{
    private const int StepsPerSeed = 1_500;

    public static TheoryData<int> Seeds =>
        Environment.GetEnvironmentVariable("POOL_SEED") is { Length: > 0 } one ? [int.Parse(one, System.Globalization.CultureInfo.InvariantCulture)] : [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Whatever_happens_to_a_pool_its_invariants_hold(int seed)
    {
        try
        {
            await new RandomWalk(seed).RunAsync(StepsPerSeed);
        }
        catch (InvalidOperationException broken)
        {
            throw new InvalidOperationException($"Replay with POOL_SEED={seed}. {broken.Message}", broken);
        }
    }
}
