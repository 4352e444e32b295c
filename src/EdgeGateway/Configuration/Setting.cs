namespace EdgeGateway.Configuration;

/// <summary>One row of the option table. Parsing, validation, help, <c>.env.example</c> and the README all come from it.</summary>
/// <param name="Variable">Name in the environment and in <c>.env</c>.</param>
/// <param name="Group">Heading it stands under in generated text.</param>
/// <param name="Default">Default as text; null when there is none.</param>
/// <param name="Accepts">What a value may be, to follow "must be": "a whole number from 1 to 1000".</param>
/// <param name="Range">The same, short, for a table cell: "1–1000".</param>
/// <param name="Help">One sentence.</param>
/// <param name="Read">Reads a value into the options.</param>
internal sealed record Setting(
    string Variable, SettingGroup Group, string? Default, string Accepts, string Range, string Help, ReadSetting Read)
{
    /// <summary>Twin of <see cref="Variable"/> on the command line.</summary>
    public string Flag { get; init; } = "--" + Variable.ToLowerInvariant().Replace('_', '-');

    /// <summary>Its value is never printed.</summary>
    public bool Secret { get; init; }

    /// <summary>Names its kind of value in the help: "PORT" in <c>--port PORT</c>.</summary>
    public string ValueName { get; init; } = "VALUE";

    /// <summary>A flag without a value means true.</summary>
    public bool IsSwitch { get; init; }

    /// <summary>Stands uncommented in <c>.env.example</c>, because the guide says to edit it there.</summary>
    public bool ShownActive { get; init; }

    /// <summary>A new value holds after a reload; see <see cref="LiveSettings.Take"/>. That of others needs a new start.</summary>
    public bool Reloadable { get; init; }

    /// <summary>Left null when not set: what the default is depends on more than this row.</summary>
    public bool NullWhenUnset { get; init; }
}

/// <summary>Reads one value. Returns what it must be when it is not that; the caller adds name, value and origin.</summary>
internal delegate string? ReadSetting(string text, ref GatewayOptions options);

/// <summary>Headings of the option table, in print order.</summary>
internal enum SettingGroup
{
    Listening,
    Storage,
    Logging,
    Telemetry,
    Tokens,
    Pools,
}
