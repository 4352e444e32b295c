using System.CommandLine;
using System.Text;
using System.Text.Json;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.Cli;

/// <summary><c>edge-gateway version</c>: what this binary is.</summary>
internal static class VersionVerb
{
    public static Command Create(CliContext context)
    {
        var asJson = new Option<bool>("--json") { Description = "For programs" };
        var command = new Command("version", "Print version, commit and runtime") { asJson };
        command.SetAction(parsed =>
        {
            context.Output.WriteLine(parsed.GetValue(asJson)
                ? Json()
                : $"edge-gateway {BuildInfo.Version} ({BuildInfo.Commit}), {BuildInfo.Runtime}, SQLite {BuildInfo.SqliteVersion}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Json()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("version", BuildInfo.Version);
            json.WriteString("commit", BuildInfo.Commit);
            json.WriteString("runtime", BuildInfo.Runtime);
            json.WriteString("sqlite", BuildInfo.SqliteVersion);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
