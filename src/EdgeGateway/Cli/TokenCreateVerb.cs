using System.CommandLine;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.Cli;

/// <summary><c>edge-gateway token create</c>: prints the token, and nothing else, on standard output.</summary>
internal static class TokenCreateVerb
{
    private const string DefaultLifetime = "7d";

    public static Command Create(Command root, CliContext context)
    {
        var subject = new Option<string>("--sub") { HelpName = "NAME", Description = "Whom the token identifies [default: admin with --admin, else user]" };
        var admin = new Option<bool>("--admin") { Description = "Allow everything" };
        var scopes = new Option<string[]>("--scope")
        {
            HelpName = "NAME",
            Description = $"Allow only this: {string.Join(", ", PermissionNames.Ours)} (repeatable) [default: mcp.invoke and servers.read]",
        };
        var server = new Option<string>("--server") { HelpName = "ID", Description = "Allow only this server" };
        var lifetime = new Option<string>("--ttl") { HelpName = "TIME", Description = $"How long it is valid: {Lifetime.Accepts} [default: {DefaultLifetime}]" };
        var command = new Command("create", "Print a new token for this gateway") { subject, admin, scopes, server, lifetime };
        SettingFlags.AddTo(command, TokenSettings.Includes);

        command.SetAction(parsed =>
        {
            var isAdmin = parsed.GetValue(admin);
            var request = new TokenRequest(parsed.GetValue(subject) ?? (isAdmin ? "admin" : "user"), ReadLifetime(parsed.GetValue(lifetime) ?? DefaultLifetime))
            {
                Admin = isAdmin,
                Scopes = ReadScopes(parsed.GetValue(scopes) ?? []),
                ServerId = parsed.GetValue(server),
            };
            var (options, _) = Boot.Prepare(parsed, context, root, command);
            if (options.JwtAlgorithm != "HS256")
            {
                throw new BootException(
                    ExitCode.BadConfiguration, $"JWT_ALGORITHM is {options.JwtAlgorithm}: the gateway has the public key only. Make tokens where the private key lies.");
            }
            context.Error.WriteLine($"Data folder: {options.DataFolder}");
            context.Output.WriteLine(new TokenMinter(options, context.Clock).Mint(request));
            return ExitCode.Ok;
        });
        return command;
    }

    private static TimeSpan ReadLifetime(string text) => Lifetime.TryParse(text, out var lifetime)
        ? lifetime
        : throw new BootException(ExitCode.BadConfiguration, $"--ttl is \"{text}\"; it must be {Lifetime.Accepts}.");

    /// <summary>A name the gateway does not know would give nothing, silently.</summary>
    private static string[] ReadScopes(string[] given)
    {
        var names = given.SelectMany(text => text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)).ToArray();
        var unknown = names.Where(name => PermissionNames.Parse(name) == Permissions.None).ToArray();
        return unknown.Length == 0
            ? names
            : throw new BootException(
                ExitCode.BadConfiguration, $"--scope {string.Join(" ", unknown)} is no permission; use {string.Join(", ", PermissionNames.Ours)}.");
    }
}
