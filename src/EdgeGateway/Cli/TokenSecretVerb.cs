using System.CommandLine;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.Cli;

/// <summary><c>edge-gateway token secret</c>: a value for JWT_SECRET_KEY.</summary>
internal static class TokenSecretVerb
{
    public static Command Create(CliContext context)
    {
        var command = new Command("secret", "Print a new random value for JWT_SECRET_KEY");
        command.SetAction(_ =>
        {
            OpenSsl.Require();
            context.Output.WriteLine(FirstRun.NewSecret());
            return ExitCode.Ok;
        });
        return command;
    }
}
