using System.CommandLine;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.Cli;

/// <summary>The verbs, and how an invocation ends.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args, CliContext context, CancellationToken cancellationToken = default)
    {
        var parsed = Build(context).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await context.Error.WriteLineAsync(error.Message);
            }
            await context.Error.WriteLineAsync("See edge-gateway --help");
            return ExitCode.BadConfiguration;
        }
        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = context.Output,
                    Error = context.Error,
                    // Signals belong to the host: the library would end a drain after two seconds.
                    ProcessTerminationTimeout = null,
                    EnableDefaultExceptionHandler = false,
                },
                cancellationToken);
        }
        catch (Exception failure)
        {
            return StartFailure.Report(failure, context);
        }
    }

    private static RootCommand Build(CliContext context)
    {
        var root = new RootCommand("Edge Gateway: pooled sessions in front of MCP servers. Without a verb it serves.");
        ServeVerb.Configure(root, root, context);
        root.Add(ServeVerb.Create(root, context));
        root.Add(DemoVerb.Create(context));
        root.Add(ConnectVerb.Create(context));
        root.Add(TokenVerb.Create(root, context));
        root.Add(ConfigVerb.Create(root, context));
        root.Add(HealthcheckVerb.Create(root, context));
        root.Add(DoctorVerb.Create(root, context));
        root.Add(BackupVerb.Create(root, context));
        root.Add(SystemdVerb.Create(context));
        root.Add(CompletionVerb.Create(context));
        root.Add(VersionVerb.Create(context));
        root.Add(DocsVerb.Create(context));
        return root;
    }
}
