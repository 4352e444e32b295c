using System.CommandLine;
using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.Cli;

/// <summary>What every verb that touches the installation does first: read the settings, find the data folder, make what is missing.</summary>
internal static class Boot
{
    /// <param name="parsed">The command line.</param>
    /// <param name="context">The world.</param>
    /// <param name="commands">Where flags may stand, outermost first.</param>
    /// <returns>Complete options, and what the operator should be warned of.</returns>
    /// <exception cref="BootException">Settings, data folder or machine are not fit.</exception>
    public static (GatewayOptions Options, IReadOnlyList<string> Warnings) Prepare(
        ParseResult parsed, CliContext context, params ReadOnlySpan<Command> commands)
    {
        OpenSsl.Require();
        var dotEnv = ReadDotEnv(SettingFlags.EnvFile(parsed, commands), context);
        var report = SettingsReader.Read(SettingFlags.Collect(parsed, commands), context.Environment, dotEnv);
        if (report.ErrorText is { } wrong)
        {
            throw new BootException(ExitCode.BadConfiguration, wrong);
        }
        var folder = DataFolder.Resolve(report.Options.DataFolder, context.Environment, Directory.Exists);
        return (FirstRun.Complete(report.Options, folder), report.Warnings);
    }

    private static DotEnvFile? ReadDotEnv(string? named, CliContext context)
    {
        var path = Path.Combine(context.WorkingDirectory, named ?? ".env");
        var file = DotEnvFile.Load(path, named ?? ".env");
        return file is not null || named is null
            ? file
            : throw new BootException(ExitCode.BadConfiguration, $"There is no file {named}; check the path after {SettingFlags.EnvFileFlag}.");
    }
}
