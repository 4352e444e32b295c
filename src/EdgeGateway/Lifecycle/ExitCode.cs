namespace EdgeGateway.Lifecycle;

/// <summary>What the process ends with; scripts and units depend on the numbers.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>Something went wrong while running.</summary>
    public const int Runtime = 1;

    /// <summary>Bad configuration or usage.</summary>
    public const int BadConfiguration = 2;

    public const int PortInUse = 3;

    /// <summary>Database or data folder locked or unwritable.</summary>
    public const int StorageUnusable = 4;
}
