using System.CommandLine;
using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.Cli;

/// <summary><c>edge-gateway config</c>: the settings as the gateway would see them here, without starting it.</summary>
internal static class ConfigVerb
{
    public static Command Create(Command root, CliContext context) => new("config", "Check or show the settings")
    {
        Validate(root, context),
        Show(root, context),
    };

    private static Command Validate(Command root, CliContext context)
    {
        var command = new Command("validate", "Tell everything that is wrong with the settings (exit 2), or that nothing is");
        SettingFlags.AddTo(command, _ => true);
        command.SetAction(parsed =>
        {
            var report = Boot.ReadValid(parsed, context, root, command);
            WriteWarnings(report, context);
            context.Output.WriteLine($"The settings are right. Data folder: {Boot.FolderOf(report, context)}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Show(Command root, CliContext context)
    {
        var command = new Command("show", "Print every setting with its value and where that comes from; secrets are masked");
        SettingFlags.AddTo(command, _ => true);
        command.SetAction(parsed =>
        {
            // Wrong values are shown too: who looks for a mistake wants to see where it comes from.
            var report = Boot.Read(parsed, context, root, command);
            WriteTable(report, context.Output);
            WriteWarnings(report, context);
            return report.ErrorText is { } wrong ? throw new BootException(ExitCode.BadConfiguration, wrong) : ExitCode.Ok;
        });
        return command;
    }

    private static void WriteTable(SettingsReport report, TextWriter output)
    {
        var names = report.Values.Max(value => value.Setting.Variable.Length);
        var texts = report.Values.Max(value => Text(value).Length);
        foreach (var value in report.Values)
        {
            output.WriteLine($"{value.Setting.Variable.PadRight(names)}  {Text(value).PadRight(texts)}  {value.Origin}");
        }
    }

    private static string Text(EffectiveSetting value) => value.Shown ?? "-";

    private static void WriteWarnings(SettingsReport report, CliContext context)
    {
        foreach (var warning in report.Warnings)
        {
            context.Error.WriteLine("warning: " + warning);
        }
    }
}
