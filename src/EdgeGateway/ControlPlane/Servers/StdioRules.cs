using EdgeGateway.ControlPlane.Http;
using EdgeGateway.Mcp.Upstream.Stdio;

namespace EdgeGateway.ControlPlane.Servers;

/// <summary>What a server with transport stdio must be.</summary>
internal static class StdioRules
{
    public static void Check(JsonFields fields, ServerDefinition server)
    {
        if (server.Command is not null)
        {
            CheckCommand(fields, server.Command, StdioCommand.EnvironmentOf(server.Env).GetValueOrDefault("PATH"));
        }
        else if (fields.Find("command") is null)
        {
            fields.Fail("command", "is missing; stdio needs a command");
        }

        foreach (var (index, _) in server.Args.Index().Where(arg => arg.Item.Contains('\0')))
        {
            fields.Errors.Add($"{fields.PointerTo("args")}/{index}", "must not contain NUL");
        }

        if (server.Endpoints.Count > 0)
        {
            fields.Fail(fields.Find("url") is null ? "endpoints" : "url", "belongs to the HTTP transports; remove it for stdio");
        }

        // All of these would be kept and never used, and whoever set them would rely on them.
        Refuse(fields, "auth", server.Auth.Type != "none", "give the command its secrets in env");
        Refuse(fields, "passthrough_headers", server.PassthroughHeaders.Count > 0, "a process has no headers");
        Refuse(fields, "ca_certificate", server.CaCertificate is not null, "a process has no TLS");
    }

    private static void CheckCommand(JsonFields fields, string command, string? path)
    {
        if (!CommandPath.IsWellFormed(command))
        {
            fields.Fail("command", "must be an absolute path, or a bare name that is found on PATH; arguments belong into args");
        }
        else if (CommandPath.Find(command, path) is null)
        {
            fields.Fail("command", command[0] == '/'
                ? "does not exist on the gateway's machine, or is not an executable file"
                : $"does not exist on the PATH of the gateway ({path}); give an absolute path, and args apart from it");
        }
    }

    private static void Refuse(JsonFields fields, string name, bool isSet, string instead)
    {
        if (isSet)
        {
            fields.Fail(name, $"belongs to the HTTP transports; {instead}");
        }
    }
}
