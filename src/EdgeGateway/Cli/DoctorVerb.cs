using System.CommandLine;
using EdgeGateway.Cli.Diagnosis;
using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.Cli;

/// <summary><c>edge-gateway doctor</c>: goes through what usually is the matter, on this installation. Changes nothing.</summary>
internal static class DoctorVerb
{
    public static Command Create(Command root, CliContext context)
    {
        var command = new Command("doctor", "Look for what is wrong with this installation and say what to do (exit 1 if something is)");
        SettingFlags.AddTo(command, _ => true);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var report = Boot.Read(parsed, context, root, command);
            var worst = Severity.Good;
            await foreach (var finding in ExamineAsync(report, context, cancellationToken))
            {
                await context.Output.WriteLineAsync($"{Mark(finding.Severity)} {finding.Text}");
                if (finding.Advice is { } advice)
                {
                    await context.Output.WriteLineAsync($"        {advice}");
                }

                worst = finding.Severity > worst ? finding.Severity : worst;
            }

            return worst == Severity.Trouble ? ExitCode.Runtime : ExitCode.Ok;
        });
        return command;
    }

    private static async IAsyncEnumerable<Finding> ExamineAsync(
        SettingsReport report, CliContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (OpenSsl.Problem is { } missing)
        {
            // Every later check would abort the process.
            yield return Finding.Trouble(missing, "then run this again");
            yield break;
        }

        yield return Finding.Good("OpenSSL is there");
        foreach (var finding in SettingsCheck.Run(report))
        {
            yield return finding;
        }

        var folder = Boot.FolderOf(report, context);
        foreach (var finding in StorageCheck.Run(folder))
        {
            yield return finding;
        }

        if (report.Errors.Count > 0)
        {
            yield break;
        }

        var canMint = report.Options.JwtAlgorithm == "HS256"
            && (report.Options.JwtSecretKey.Length > 0 || File.Exists(Path.Combine(folder, FirstRun.SecretFileName)));
        using var gateway = new GatewayCheck(canMint ? FirstRun.Complete(report.Options, folder) : report.Options, context.Clock);
        foreach (var finding in await gateway.RunAsync(canMint, cancellationToken))
        {
            yield return finding;
        }
    }

    private static string Mark(Severity severity) => severity switch
    {
        Severity.Good => "ok     ",
        Severity.Note => "note   ",
        Severity.Warning => "warning",
        _ => "trouble",
    };
}
