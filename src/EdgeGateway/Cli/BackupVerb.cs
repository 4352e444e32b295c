using System.CommandLine;
using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle;
using EdgeGateway.Storage;

namespace EdgeGateway.Cli;

/// <summary><c>edge-gateway backup FILE</c>: a whole copy of the database, while the gateway runs.</summary>
internal static class BackupVerb
{
    public static Command Create(Command root, CliContext context)
    {
        var file = new Argument<string>("FILE") { Description = "Where to write the copy; must not exist yet" };
        var command = new Command("backup", "Copy the database into a file, also while the gateway runs") { file };
        SettingFlags.AddTo(command, setting => setting.Group == SettingGroup.Storage);
        command.SetAction(parsed =>
        {
            var folder = Boot.FolderOf(Boot.ReadValid(parsed, context, root, command), context);
            var target = Path.GetFullPath(Path.Combine(context.WorkingDirectory, parsed.GetRequiredValue(file)));
            if (Path.Exists(target))
            {
                throw new BootException(ExitCode.BadConfiguration, $"{target} exists already and is not replaced; name a new file, such as edge-gateway-{context.Clock.GetUtcNow():yyyy-MM-dd}.db");
            }

            var copy = DatabaseCopy.Make(folder, target);
            context.Output.WriteLine($"{target}: {copy.SizeBytes} bytes, schema version {copy.SchemaVersion}");
            context.Error.WriteLine($"Stored credentials in it are sealed with {Path.Combine(folder, FirstRun.KeyFileName)}: keep a copy of that file too, in another place.");
            return ExitCode.Ok;
        });
        return command;
    }
}
