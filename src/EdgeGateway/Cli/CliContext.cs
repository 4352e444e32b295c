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

    /// <summary>Whether a person reads along: nobody else is shown what signs in.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Standard input as bytes, for what is no text of ours.</summary>
    public Func<Stream> OpenInput { get; init; } = Console.OpenStandardInput;

    /// <summary>Standard output as bytes.</summary>
    public Func<Stream> OpenOutput { get; init; } = Console.OpenStandardOutput;

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Where <c>.env</c> is looked for.</summary>
    public required string WorkingDirectory { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public static CliContext OfProcess() => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        Input = Console.In,
        IsTerminal = !Console.IsErrorRedirected && !Console.IsOutputRedirected,
        Environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
        WorkingDirectory = Directory.GetCurrentDirectory(),
    };
}
