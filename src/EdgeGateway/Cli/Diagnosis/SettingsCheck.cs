using EdgeGateway.Configuration;

namespace EdgeGateway.Cli.Diagnosis;

/// <summary>The settings, as the gateway would read them here.</summary>
internal static class SettingsCheck
{
    public static IEnumerable<Finding> Run(SettingsReport report)
    {
        foreach (var error in report.Errors)
        {
            yield return Finding.Trouble(error, "correct it; edge-gateway config show tells where each value comes from");
        }

        foreach (var warning in report.Warnings)
        {
            yield return Finding.Warning(warning, "see the settings in the README");
        }

        if (report.Errors.Count == 0)
        {
            yield return Finding.Good("the settings are right");
        }

        if (!report.Options.Pools.Enabled)
        {
            yield return Finding.Note("SESSION_POOL_ENABLED is false: no server has a pool, pool statistics answer 404", "set SESSION_POOL_ENABLED=true and restart the gateway");
        }
    }
}
