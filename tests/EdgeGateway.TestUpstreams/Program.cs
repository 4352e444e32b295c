using System.Globalization;
using EdgeGateway.TestUpstreams;
using EdgeGateway.TestUpstreams.Stdio;

if (args.Contains("--stdio"))
{
    return await StdioServer.RunAsync(args);
}

var options = new TestUpstreamOptions();
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--port" when i + 1 < args.Length:
            options = options with { Port = int.Parse(args[++i], CultureInfo.InvariantCulture) };
            break;
        case "--kind" when i + 1 < args.Length && Enum.TryParse<UpstreamKind>(args[i + 1], ignoreCase: true, out var kind):
            options = options with { Kind = kind };
            i++;
            break;
        case "--sse":
            options = options with { AnswerBySse = true };
            break;
        default:
            await Console.Error.WriteLineAsync("Usage: --port N (0 = any free one)  --kind stateful|stateless  --sse (answer everything by SSE)  |  --stdio (speak over standard input and output)");
            return 2;
    }
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;
    stop.Cancel();
};
await using var upstream = await TestUpstream.StartAsync(options, stop.Token);
Console.WriteLine(upstream.Url);
var ended = new TaskCompletionSource();
await using (stop.Token.Register(ended.SetResult))
{
    await ended.Task;
}

return 0;
