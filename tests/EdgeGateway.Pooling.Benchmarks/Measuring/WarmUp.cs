namespace EdgeGateway.Pooling.Benchmarks.Measuring;

/// <summary>
/// Brings every candidate to its last and fastest code before anything is timed. Under the JIT a method is compiled again after 30 calls,
/// 100 ms later and in the background; then its callees have their turn. Native code needs none of it and loses little.
/// </summary>
internal static class WarmUp
{
    private const int Passes = 2;
    private const int Calls = 40;
    private const int Operations = 500;
    private static readonly TimeSpan Compilation = TimeSpan.FromMilliseconds(150);

    public static void Run(IReadOnlyList<Row> rows)
    {
        for (var pass = 0; pass < Passes; pass++)
        {
            foreach (var row in rows)
            {
                for (var call = 0; call < Calls; call++)
                {
                    row.Run(Operations);
                }
            }

            Thread.Sleep(Compilation);
        }
    }
}
