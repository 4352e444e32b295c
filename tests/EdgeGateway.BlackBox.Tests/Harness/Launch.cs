namespace EdgeGateway.BlackBox.Tests.Harness;

/// <summary>How a binary is started.</summary>
/// <param name="Command">What comes before the gateway's own arguments: its path, and before that whatever runs it.</param>
internal sealed record Launch(params string[] Command)
{
    private static readonly bool Forbid = System.Environment.GetEnvironmentVariable("EDGE_GATEWAY_MDWE") == "1";

    /// <summary>What the process finds in its environment besides what every test gives it.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The published binary and nothing else: for what is measured, and for local commands that make code as they run, as Node does.</summary>
    public static Launch Plain => new(PublishedBinary.Path);

    /// <summary>The published binary where memory that was written may not run, as under systemd's MemoryDenyWriteExecute.</summary>
    public static Launch Protected => new([.. MemoryProtection.Command, PublishedBinary.Path]);

    /// <summary>The published binary as this run wants it: with EDGE_GATEWAY_MDWE=1 protected, where the kernel knows how.</summary>
    public static Launch Published => Forbid && MemoryProtection.Unavailable is null ? Protected : Plain;

    /// <summary>The path of one program that starts it, for those who take nothing else; a script in the folder where it takes more than that.</summary>
    public string AsProgram(string folder)
    {
        if (Command.Length == 1)
        {
            return Command[0];
        }

        var script = Path.Combine(folder, "edge-gateway");
        var quoted = Command.Select(part => $"'{part.Replace("'", @"'\''", StringComparison.Ordinal)}'");
        File.WriteAllText(script, $"#!/bin/sh\nexec {string.Join(' ', quoted)} \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return script;
    }
}
