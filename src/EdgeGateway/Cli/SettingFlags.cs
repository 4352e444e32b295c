using System.CommandLine;
using EdgeGateway.Configuration;

namespace EdgeGateway.Cli;

/// <summary>The option table as flags. Values stay text: the table reads them, so that every wrong one is told at once.</summary>
internal static class SettingFlags
{
    public const string EnvFileFlag = "--env-file";

    /// <summary>Adds the flags of some settings, and <c>--env-file</c>, to a verb.</summary>
    public static void AddTo(Command command, Func<Setting, bool> wanted)
    {
        foreach (var setting in SettingsTable.All.Where(wanted))
        {
            command.Add(new Option<string>(setting.Flag)
            {
                HelpName = setting.ValueName,
                Description = Describe(setting),
                Arity = setting.IsSwitch ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
            });
        }
        command.Add(new Option<string>(EnvFileFlag) { HelpName = "FILE", Description = "Settings file to read instead of .env in the working directory" });
    }

    /// <summary>What was given on the command line, by variable: on the verb itself, or on the root before it.</summary>
    public static IReadOnlyDictionary<string, string> Collect(ParseResult parsed, params ReadOnlySpan<Command> commands)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var command in commands)
        {
            foreach (var setting in SettingsTable.All)
            {
                if (TextOf(parsed, command, setting.Flag) is { } text)
                {
                    values[setting.Variable] = text;
                }
            }
        }
        return values;
    }

    /// <summary>The path after <c>--env-file</c>, or null.</summary>
    public static string? EnvFile(ParseResult parsed, params ReadOnlySpan<Command> commands)
    {
        string? path = null;
        foreach (var command in commands)
        {
            path = TextOf(parsed, command, EnvFileFlag) ?? path;
        }
        return path;
    }

    private static string? TextOf(ParseResult parsed, Command command, string flag)
    {
        var option = command.Options.FirstOrDefault(option => option.Name == flag);
        if (option is null || parsed.GetResult(option) is not { Implicit: false } result)
        {
            return null;
        }
        return result.Tokens.Count == 0 ? "true" : result.Tokens[^1].Value;
    }

    private static string Describe(Setting setting)
    {
        var range = setting.Range.Length == 0 ? "" : $" [{setting.Range}]";
        var unset = setting.Default is null ? "" : $" [default: {setting.Default}]";
        return $"{setting.Help}{range}{unset} [env: {setting.Variable}]";
    }
}
