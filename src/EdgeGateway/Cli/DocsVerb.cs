using System.CommandLine;
using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.Cli;

/// <summary><c>edge-gateway docs</c>: the generated texts, to write .env.example and the README's tables with, or a first .env where only the binary is.</summary>
internal static class DocsVerb
{
    public static Command Create(CliContext context) => new("docs", "Print texts made from the option table")
    {
        Text("env", "An annotated .env: edge-gateway docs env > .env", EnvExample.Render, context),
        Text("settings", "The settings as Markdown tables", AllTables, context),
    };

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

    private static string AllTables() =>
        string.Join('\n', Enum.GetValues<SettingGroup>().Select(group => $"### {group}\n\n{MarkdownTable.Render(group)}"));
}
