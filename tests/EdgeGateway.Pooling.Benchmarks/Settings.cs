using System.Diagnostics.CodeAnalysis;

namespace EdgeGateway.Pooling.Benchmarks;

/// <summary>What the command line asks for.</summary>
/// <param name="Quick">Measure below 10 s instead of half a minute.</param>
/// <param name="Markdown">Print the tables as Markdown.</param>
/// <param name="Gate">End with 1 when a lease allocates or costs far more than it should.</param>
internal sealed record Settings(bool Quick, bool Markdown, bool Gate)
{
    public const string Usage = """
        usage: EdgeGateway.Pooling.Benchmarks [--quick] [--markdown] [--gate]
          --quick     measure below 10 s instead of half a minute
          --markdown  print the tables as Markdown
          --gate      exit 1 when a lease allocates, or misses a target by a wide margin
        """;

    private static readonly string[] Known = ["--quick", "--markdown", "--gate"];

    public static bool TryParse(string[] args, [NotNullWhen(true)] out Settings? settings)
    {
        settings = Array.TrueForAll(args, Known.Contains)
            ? new(args.Contains("--quick"), args.Contains("--markdown"), args.Contains("--gate"))
            : null;
        return settings is not null;
    }
}
