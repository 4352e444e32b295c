namespace EdgeGateway.Configuration;

/// <summary>What reading the settings came to: options when nothing is wrong, else everything that is.</summary>
/// <param name="Options">Data folder and secret are still empty when they were not set: the first run fills them in.</param>
/// <param name="Values">Every row with its effective value.</param>
/// <param name="Errors">One sentence each.</param>
/// <param name="Warnings">One sentence each.</param>
internal sealed record SettingsReport(
    GatewayOptions Options, IReadOnlyList<EffectiveSetting> Values, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings)
{
    /// <summary>One message with every wrong setting, or null.</summary>
    public string? ErrorText => Errors.Count switch
    {
        0 => null,
        1 => $"A setting is wrong; nothing was started.\n  {Errors[0]}",
        _ => $"{Errors.Count} settings are wrong; nothing was started.\n  {string.Join("\n  ", Errors)}",
    };
}
