namespace EdgeGateway.Configuration;

/// <summary>The settings in force now. Whoever takes this, and not <see cref="GatewayOptions"/>, follows a reload; all others keep to what held at start.</summary>
internal sealed class LiveSettings(GatewayOptions atStart)
{
    // Written by the one reload that runs, read by anybody: a whole record at a time.
    private volatile GatewayOptions _current = atStart;

    public GatewayOptions Current => _current;

    /// <summary>Takes over what may change while the process runs, and nothing else.</summary>
    /// <param name="read">Right, and read anew.</param>
    /// <returns>What is in force now.</returns>
    public GatewayOptions Take(GatewayOptions read) => _current = _current with
    {
        LogLevel = read.LogLevel,
        AllowedOrigins = read.AllowedOrigins,
        Pools = read.Pools with { MaxTotal = _current.Pools.MaxTotal },
        Settings = [.. _current.Settings.Select(setting => setting.Setting.Reloadable ? read.Settings.First(other => other.Setting == setting.Setting) : setting)],
    };
}
