using EdgeGateway.BlackBox.Tests.Harness;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>The first thing a newcomer runs, and every line it prints to be pasted.</summary>
public sealed class DemoTests
{
    [Fact(Timeout = 120_000)]
    public async Task What_the_demo_prints_works_when_pasted_and_nothing_is_left_of_it()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var workspace = new Workspace();
        await using var demo = GatewayProcess.Start(workspace, ["demo", "--port", "0"]);
        await demo.WhenSaidAsync("Ctrl-C ends the demo", cancelled);
        string[] pasted = [.. demo.Output.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("export ", StringComparison.Ordinal) || line.StartsWith("curl ", StringComparison.Ordinal))];
        Assert.Equal(5, pasted.Length);

        // Each answer on a line of its own.
        var answers = (await Shell.RunAsync(string.Join("; echo\n", pasted) + "; echo", workspace, new Dictionary<string, string>(), cancelled))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(3, answers.Length);
        Assert.Equal("""{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"hello"}]}}""", answers[0]);
        Assert.Contains("\"acquisitions\":1,", answers[1], StringComparison.Ordinal);
        Assert.Contains("\"strategy\":\"least_connections\"", answers[2], StringComparison.Ordinal);
        demo.Signal(GatewayProcess.Term);
        Assert.Equal(0, await demo.EndAsync(cancelled));
        Assert.False(Directory.Exists(workspace.Data), "the demo keeps its data in a folder of its own, and takes that away");
    }
}
