using System.CommandLine;
using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.Cli;

/// <summary><c>edge-gateway docs</c>: the generated texts, to write .env.example and the README's tables with, or a first .env where only the binary is.</summary>
internal static class DocsVerb
{
    public static Command Create(CliContext context)
    {
        var command = new Command("docs", "Print texts made from the program's tables")
        {
            Text("env", "An annotated .env: edge-gateway docs env > .env", EnvExample.Render, context),
            Readme(context),
        };
        foreach (var (name, help, render) in ReadmeSections.All)
        {
            command.Add(Text(name, help, render, context));
        }
        return command;
    }

    private static Command Text(string name, string description, Func<string> render, CliContext context)
    {
        var command = new Command(name, description);
        command.SetAction(_ =>
        {
            context.Output.Write(render());
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Readme(CliContext context)
    {
        var file = new Argument<string>("file") { Description = "README.md, or another file with the same marks" };
        var command = new Command("readme", "Write the tables into a file, between their marks") { file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = Path.Combine(context.WorkingDirectory, parsed.GetRequiredValue(file));
            if (!File.Exists(path))
            {
                throw new BootException(ExitCode.BadConfiguration, $"There is no file {path}; name the README to fill.");
            }
            await File.WriteAllTextAsync(path, ReadmeSections.Fill(await File.ReadAllTextAsync(path, cancellationToken)), cancellationToken);
            return ExitCode.Ok;
        });
        return command;
    }
}
