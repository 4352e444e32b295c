using System.CommandLine;

namespace EdgeGateway.Cli;

/// <summary><c>edge-gateway token</c>: secrets and tokens.</summary>
internal static class TokenVerb
{
    public static Command Create(Command root, CliContext context) => new("token", "Make and look into tokens")
    {
        TokenSecretVerb.Create(context),
        TokenCreateVerb.Create(root, context),
        TokenInspectVerb.Create(root, context),
    };
}
