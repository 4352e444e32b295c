using System.Collections;

namespace EdgeGateway.Cli;

/// <summary>What a verb sees of the world, so that tests can give it another one.</summary>
internal sealed record CliContext
{
    /// <summary>Results only: what a script reads.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Everything said to a person.</summary>
    public required TextWriter Error { get; init; }

    public required TextReader Input { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Where <c>.env</c> is looked for.</summary>
    public required string WorkingDirectory { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public static CliContext OfProcess() => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        Input = Console.In,
        Environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
        WorkingDirectory = Directory.GetCurrentDirectory(),
    };
}
