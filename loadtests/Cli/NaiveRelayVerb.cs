using System.CommandLine;
using EdgeGateway.LoadTests.Naive;

namespace EdgeGateway.LoadTests.Cli;

/// <summary><c>naive-relay URL</c>: what others are measured against, in a process of its own.</summary>
internal static class NaiveRelayVerb
{
    public const string Name = "naive-relay";

    public static Command Create()
    {
        var upstream = new Argument<string>("URL") { Description = "The MCP endpoint behind it" };
        var command = new Command(Name, "Relay requests as simply as Kestrel and HttpClient can; ends with its standard input") { upstream };
        command.SetAction((parsed, cancellationToken) => NaiveRelay.RunAsync(new Uri(parsed.GetValue(upstream)!), cancellationToken));
        return command;
    }
}
