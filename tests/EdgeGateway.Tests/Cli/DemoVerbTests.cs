using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EdgeGateway.Cli;
using EdgeGateway.Cli.Demo;
using Xunit;

namespace EdgeGateway.Tests.Cli;

public sealed class DemoVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edge-gateway-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Its_lines_are_short_enough_to_read()
    {
        var lines = Pasted(DemoText.Render("http://127.0.0.1:4444", "http://127.0.0.1:4444/admin#token=once", "token", "0123456789abcdef0123456789abcdef", "http://127.0.0.1:40000/mcp"));

        Assert.Equal(5, lines.Count);
        Assert.All(lines, line => Assert.True(line.Length <= 200, line));
    }

    [Fact]
    public async Task Its_lines_work_when_pasted_in_order_into_a_second_terminal()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("PATH")!.Split(':').All(folder => !File.Exists(Path.Combine(folder, "curl"))), "needs curl and bash: apt-get install curl bash");
        var cancelled = TestContext.Current.CancellationToken;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        using var printed = new Printed();
        var demo = CommandLine.RunAsync(["demo", "--port", "0"], Context(printed, TextWriter.Null), end.Token);

        var text = await Task.WhenAny(printed.Text, demo) == demo ? throw new InvalidOperationException($"the demo ended with {await demo}") : await printed.Text;
        var answers = (await BashAsync(string.Join("; echo\n", Pasted(text)), cancelled)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await end.CancelAsync();

        Assert.Equal(0, await demo);
        Assert.Collection(
            answers,
            call => Assert.Equal("""{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"hello"}]}}""", call),
            stats => Assert.Contains("\"strategy\":\"round_robin\"", stats),
            config => Assert.Contains("\"strategy\":\"least_connections\"", config));
        Assert.Contains("/admin#token=once-", text);
    }

    [Fact]
    public async Task A_port_in_use_is_exit_3_and_one_sentence()
    {
        using var occupant = new TcpListener(IPAddress.Loopback, 0);
        occupant.Start();
        using var error = new StringWriter();
        var port = ((IPEndPoint)occupant.LocalEndpoint).Port.ToString();

        Assert.Equal(3, await CommandLine.RunAsync(["demo", "--port", port], Context(TextWriter.Null, error), TestContext.Current.CancellationToken));

        Assert.Equal(
            $"edge-gateway: Failed to bind to address http://127.0.0.1:{port}: address already in use. Stop the program that uses the port, or choose another: --port 4445\n",
            error.ToString());
    }

    private static List<string> Pasted(string text) =>
        [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("export ", StringComparison.Ordinal) || line.StartsWith("curl ", StringComparison.Ordinal))];

    private CliContext Context(TextWriter output, TextWriter error) => new()
    {
        Output = output,
        Error = error,
        Input = TextReader.Null,
        Environment = new Dictionary<string, string>(),
        WorkingDirectory = _folder,
    };

    private static async Task<string> BashAsync(string script, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var bash = Process.Start(start)!;
        var errors = bash.StandardError.ReadToEndAsync(cancellationToken);
        var output = await bash.StandardOutput.ReadToEndAsync(cancellationToken);
        await bash.WaitForExitAsync(cancellationToken);
        Assert.True(bash.ExitCode == 0, $"bash ended with {bash.ExitCode}: {await errors}{output}");
        return output;
    }

    /// <summary>Says when everything has been printed: the demo flushes then.</summary>
    private sealed class Printed : StringWriter
    {
        private readonly TaskCompletionSource<string> _text = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Text => _text.Task;

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            _text.TrySetResult(ToString());
            return Task.CompletedTask;
        }
    }
}
