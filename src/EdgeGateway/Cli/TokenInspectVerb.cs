using System.CommandLine;
using System.Text;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Lifecycle;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace EdgeGateway.Cli;

/// <summary><c>edge-gateway token inspect</c>: what a token says, and whether this gateway accepts it.</summary>
internal static class TokenInspectVerb
{
    public static Command Create(Command root, CliContext context)
    {
        var argument = new Argument<string>("TOKEN") { Description = "The token; - reads it from standard input", Arity = ArgumentArity.ExactlyOne };
        var command = new Command("inspect", "Show what a token says and whether this gateway accepts it (exit 1 if not)") { argument };
        SettingFlags.AddTo(command, TokenSettings.Includes);

        command.SetAction(async (parsed, cancellationToken) =>
        {
            var given = parsed.GetRequiredValue(argument);
            var token = (given == "-" ? await context.Input.ReadToEndAsync(cancellationToken) : given).Trim();
            var (options, _) = Boot.Prepare(parsed, context, root, command);
            await context.Error.WriteLineAsync($"Data folder: {options.DataFolder}");

            await PrintPartsAsync(token, context.Output);
            // The question is about the token; a gateway that asks for none would accept anything.
            var verdict = await new JwtGate(options with { AuthRequired = true }, context.Clock).AuthenticateAsync("Bearer " + token);
            await context.Output.WriteLineAsync(verdict.Principal is { } principal ? Describe(principal) : "refused:     " + verdict.Detail);
            return verdict.Principal is null ? ExitCode.Runtime : ExitCode.Ok;
        });
        return command;
    }

    private static async Task PrintPartsAsync(string token, TextWriter output)
    {
        if (!new JsonWebTokenHandler().CanReadToken(token))
        {
            return;
        }
        var parts = token.Split('.');
        await output.WriteLineAsync("header:      " + Decode(parts[0]));
        await output.WriteLineAsync("payload:     " + Decode(parts[1]));
    }

    private static string Decode(string part)
    {
        try
        {
            return Encoding.UTF8.GetString(Base64UrlEncoder.DecodeBytes(part));
        }
        catch (FormatException)
        {
            return "(not base64url)";
        }
    }

    private static string Describe(Principal principal) =>
        $"""
        accepted for {principal.Name}
        permissions: {PermissionNames.Format(principal.Permissions)}
        server:      {principal.ServerId ?? "any"}
        expires:     {principal.ExpiresAt:yyyy-MM-dd'T'HH:mm:ss'Z'}
        """;
}
