using EdgeGateway.Cli;
using EdgeGateway.Tests.Authenticate;

namespace EdgeGateway.Tests.Cli;

/// <summary>One invocation in a world of its own: no environment but what is given, an empty working directory, captured output.</summary>
internal sealed class CliRun : IDisposable
{
    public string WorkingDirectory { get; } = Directory.CreateTempSubdirectory("edge-gateway-test-").FullName;

    public Dictionary<string, string> Environment { get; } = [];

    public string Output { get; private set; } = "";

    public string Error { get; private set; } = "";

    public string Input { get; set; } = "";

    public string DataFolder => Path.Combine(WorkingDirectory, "data");

    public CliRun()
    {
        Environment["EDGE_GATEWAY_DATA"] = DataFolder;
    }

    public async Task<int> RunAsync(CancellationToken cancellationToken, params string[] args)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(
            args,
            new CliContext
            {
                Output = output,
                Error = error,
                Input = new StringReader(Input),
                Environment = Environment,
                WorkingDirectory = WorkingDirectory,
                Clock = Tokens.Clock(),
            },
            cancellationToken);
        Output = output.ToString();
        Error = error.ToString();
        return exitCode;
    }

    public void Dispose() => Directory.Delete(WorkingDirectory, recursive: true);
}
