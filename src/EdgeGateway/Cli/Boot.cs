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
        var report = ReadValid(parsed, context, commands);
        var folder = FolderOf(report, context);
        var complete = FirstRun.Complete(report.Options, folder, context.Environment.GetValueOrDefault("CREDENTIALS_DIRECTORY"));
        return (complete, [.. report.Warnings, .. FirstRun.Exposed(folder)]);
    }

    /// <summary>The settings alone, right or wrong: nothing is made and nothing is asked of the machine.</summary>
    /// <exception cref="BootException">The file after <c>--env-file</c> is not there.</exception>
    public static SettingsReport Read(ParseResult parsed, CliContext context, params ReadOnlySpan<Command> commands)
    {
        var dotEnv = ReadDotEnv(SettingFlags.EnvFile(parsed, commands), context);
        return SettingsReader.Read(SettingFlags.Collect(parsed, commands), context.Environment, dotEnv);
    }

    /// <summary>As <see cref="Read"/>, for those who need them right.</summary>
    /// <exception cref="BootException">A setting is wrong.</exception>
    public static SettingsReport ReadValid(ParseResult parsed, CliContext context, params ReadOnlySpan<Command> commands)
    {
        var report = Read(parsed, context, commands);
        return report.ErrorText is { } wrong ? throw new BootException(ExitCode.BadConfiguration, wrong) : report;
    }

    /// <summary>The data folder of an installation with these settings, made or not.</summary>
    /// <exception cref="BootException">No folder can be named.</exception>
    public static string FolderOf(SettingsReport report, CliContext context) =>
        DataFolder.Resolve(report.Options.DataFolder, context.Environment, Directory.Exists);

    private static DotEnvFile? ReadDotEnv(string? named, CliContext context)
    {
        var path = Path.Combine(context.WorkingDirectory, named ?? ".env");
        var file = DotEnvFile.Load(path, named ?? ".env");
        return file is not null || named is null
            ? file
            : throw new BootException(ExitCode.BadConfiguration, $"There is no file {named}; check the path after {SettingFlags.EnvFileFlag}.");
    }
}
