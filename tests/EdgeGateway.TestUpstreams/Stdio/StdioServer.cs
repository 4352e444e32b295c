using System.Text.Json.Nodes;
using EdgeGateway.TestUpstreams.Messages;

namespace EdgeGateway.TestUpstreams.Stdio;

/// <summary>
/// A hand-written MCP server over standard input and output. <c>--banner</c> greets people before it speaks MCP,
/// <c>--stubborn</c> heeds neither the end of its input nor SIGTERM, <c>--dies</c> ends before it reads anything.
/// <c>--era</c> legacy (the default), modern or dual: which revisions it speaks. <c>--unknown</c> silent, garbage or dies: what a
/// method it does not know does to it, instead of an error.
/// </summary>
internal static class StdioServer
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Contains("--dies"))
        {
            await Console.Error.WriteLineAsync("this is the end");
            return 3;
        }

        var stubborn = args.Contains("--stubborn");
        using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGTERM, signal => signal.Cancel = stubborn);
        using var output = new StdioOutput();
        if (args.Contains("--banner"))
        {
            output.Write("Welcome to the test upstream, version 1!");
            output.Write("{\"this\": \"is JSON, but no message\"}");
        }

        var tools = new StdioTools(args, output);
        var modern = Option(args, "--era") is "modern" or "dual" ? new ModernStdio(tools, output, Option(args, "--era") == "dual") : null;
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var message = (JsonObject)JsonNode.Parse(line)!;
            if (modern?.TryTake(message) != true)
            {
                Take(message, tools, output, Option(args, "--unknown"));
            }
        }

        if (stubborn)
        {
            await Task.Delay(Timeout.Infinite);
        }

        return 0;
    }

    private static string? Option(string[] args, string name) => args.SkipWhile(arg => arg != name).Skip(1).FirstOrDefault();

    private static void Take(JsonObject message, StdioTools tools, StdioOutput output, string? unknown)
    {
        var id = message["id"]?.ToJsonString();
        switch ((string?)message["method"])
        {
            case null:
                tools.Answered(message);
                break;
            case "initialize":
                var version = message["params"]!["protocolVersion"]!.ToJsonString();
                output.Write(Wire.Result(id!, $$$"""{"protocolVersion":{{{version}}},"capabilities":{"tools":{},"logging":{} },"serverInfo":{"name":"stdio-upstream","version":"1"} }"""));
                break;
            case "ping":
                output.Write(Wire.Result(id!, "{}"));
                break;
            case "tools/list":
                output.Write(Wire.Result(id!, StdioTools.List));
                break;
            case "tools/call":
                _ = tools.CallAsync(id!, message["params"]!.AsObject());
                break;
            case not null when id is not null && unknown == "silent":
                break;
            case not null when id is not null && unknown == "garbage":
                output.Write("{\"jsonrpc\":\"2.0\",\"id\":\"egw-discover\",\"result\":");
                break;
            case not null when id is not null && unknown == "dies":
                Environment.Exit(9);
                break;
            case var method when id is not null:
                output.Write(Wire.Error(id, Wire.MethodNotFound, $"no {method} here"));
                break;
        }
    }
}
