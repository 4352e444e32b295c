namespace EdgeGateway.Pooling.Benchmarks.Measuring;

/// <summary>Nobody else there.</summary>
internal sealed class OneThread<T>(string name, T contender) : Row(name)
    where T : struct, IContender
{
    public override Batch Run(int operations)
    {
        var lap = Lap.Run(contender, operations);
        return Batch.Of(lap.Began, lap.Ended, lap.Bytes, operations);
    }
}
