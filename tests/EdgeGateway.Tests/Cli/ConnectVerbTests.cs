using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Cli;
using EdgeGateway.Tests.DataPath;
using EdgeGateway.Tests.Upstreams;
using EdgeGateway.TestUpstreams;
using ModelContextProtocol.Client;
using Xunit;

namespace EdgeGateway.Tests.Cli;

/// <summary><c>edge-gateway connect</c>: a client that only speaks stdio, and the gateway behind it.</summary>
public sealed class ConnectVerbTests
{
    private const string Initialize = """{"jsonrpc":"2.0","id":"i","method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"raw","version":"1"}}}""";
    private const string Initialized = """{"jsonrpc":"2.0","method":"notifications/initialized"}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>All but the one that asks whether the transport has a session id, which stdio has not.</summary>
    public static TheoryData<string> Scenarios() => [.. SdkScenarios.All.Keys.Where(name => name != "initialize")];

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Scenarios))]
    public async Task Over_stdio_the_official_client_sees_what_it_sees_without_the_gateway(string scenario)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        var target = gateway.Target(server, Dialect.TestUpstream) with { Transport = () => Stdio(gateway, server) };
        var run = SdkScenarios.All[scenario];

        Assert.Equal(await run(McpTarget.Direct(upstream), Cancelled), await run(target, Cancelled));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_is_found_by_its_name_or_URL_and_its_session_ended_with_the_input()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        await gateway.SendAsync(HttpMethod.Patch, $"/servers/{server}", """{"name":"my tools"}""");
        foreach (var called in (string[])["my tools", new Uri(gateway.Url, $"/servers/{server}/mcp").ToString()])
        {
            await using var connect = new Connection(called, gateway);
            Assert.Equal("2025-06-18", (string?)(await connect.AskAsync(Initialize))["result"]!["protocolVersion"]);
            await connect.SayAsync(Initialized);
            var counted = await connect.AskAsync("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"counter_increment","arguments":{}}}""");
            Assert.Equal(("1", 7), ((string?)counted["result"]!["content"]![0]!["text"], (int)counted["id"]!));
            var own = upstream.Recorded.Last("tools/call").SessionId;

            Assert.Equal(0, await connect.EndAsync());

            await upstream.Recorded.WhenSeenAsync(request => request.Label == "DELETE" && request.SessionId == own, 1, Cancelled);
            Assert.Equal("", connect.Error);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_lost_session_is_told_as_an_error_and_the_next_initialize_begins_another()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        await using var connect = new Connection(server, gateway);
        const string Count = """{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"counter_increment","arguments":{}}}""";
        await connect.AskAsync(Initialize);
        await connect.SayAsync(Initialized);
        await connect.AskAsync(Count);
        upstream.ForgetSessions();

        var lost = await connect.AskAsync(Count);
        var still = await connect.AskAsync(Count);
        await connect.AskAsync(Initialize);
        await connect.SayAsync(Initialized);
        var again = await connect.AskAsync(Count);

        Assert.Equal((-32001, 7), ((int)lost["error"]!["code"]!, (int)lost["id"]!));
        Assert.Contains("initialize", (string?)still["error"]!["message"], StringComparison.Ordinal);
        Assert.Equal("1", (string?)again["result"]!["content"]![0]!["text"]);
        Assert.Contains("Send initialize", connect.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refused_token_is_told_to_the_client_and_to_people()
    {
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(new Uri("http://127.0.0.1:9/mcp"), pool: null);
        await using var connect = new Connection(server, gateway, token: "wrong");

        var refused = await connect.AskAsync(Initialize);

        Assert.Equal(("i", "unauthorized"), ((string?)refused["id"], (string?)refused["error"]!["data"]!["reason"]));
        Assert.Contains("pass it in EDGE_GATEWAY_TOKEN", connect.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_no_message_is_answered_and_the_next_one_still_works()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        await using var connect = new Connection(await gateway.AddServerAsync(upstream.Url), gateway);

        Assert.Null((await connect.AskAsync(Initialize))["error"]);
        await connect.SayAsync("");
        await connect.SayAsync("{no JSON");

        Assert.Equal("x", (string?)(await connect.AskAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"x"}}}"""))["result"]!["content"]![0]!["text"]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("nobody", null, 2, "has the id or name \"nobody\". There are: none is registered yet.")]
    [InlineData("nobody", "ftp://x", 2, "--url is \"ftp://x\"")]
    [InlineData("nobody", "http://127.0.0.1:9", 1, "cannot be reached. Start it, or say where it is: --url")]
    public async Task A_server_that_cannot_be_found_ends_it_with_a_sentence(string server, string? url, int exitCode, string sentence)
    {
        await using var gateway = await TestGateway.StartAsync();
        await using var connect = new Connection(server, gateway, url: url);

        Assert.Equal(exitCode, await connect.EndAsync());

        Assert.Contains(sentence, connect.Error, StringComparison.Ordinal);
    }

    private static StdioClientTransport Stdio(TestGateway gateway, string server) => new(new StdioClientTransportOptions
    {
        Name = "connect",
        Command = "dotnet",
        Arguments = [typeof(GatewayHost).Assembly.Location, "connect", server, "--url", gateway.Url.ToString()],
        EnvironmentVariables = new Dictionary<string, string?> { ["EDGE_GATEWAY_TOKEN"] = gateway.Token("admin", admin: true) },
    });

    /// <summary>One run of the verb, with the test at both ends of it.</summary>
    private sealed class Connection : IAsyncDisposable
    {
        private readonly Pipe _input = new();
        private readonly Pipe _output = new();
        private readonly StringWriter _error = new();
        private readonly StreamReader _lines;
        private readonly Task<int> _running;

        public Connection(string server, TestGateway gateway, string? token = null, string? url = null)
        {
            _lines = new StreamReader(_output.Reader.AsStream(), Encoding.UTF8);
            var context = new CliContext
            {
                Output = TextWriter.Null,
                Error = TextWriter.Synchronized(_error),
                Input = TextReader.Null,
                Environment = new Dictionary<string, string> { ["EDGE_GATEWAY_TOKEN"] = token ?? gateway.Token("admin", admin: true) },
                WorkingDirectory = gateway.DataFolder,
                OpenInput = () => _input.Reader.AsStream(),
                OpenOutput = () => _output.Writer.AsStream(),
            };
            _running = CommandLine.RunAsync(["connect", server, "--url", url ?? gateway.Url.ToString()], context, Cancelled);
        }

        public string Error => _error.ToString();

        public async Task SayAsync(string line) => await _input.Writer.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), Cancelled);

        /// <summary>Says it, and reads lines until one answers it.</summary>
        public async Task<JsonNode> AskAsync(string line)
        {
            await SayAsync(line);
            var id = JsonNode.Parse(line)!["id"]!.ToJsonString();
            while (await _lines.ReadLineAsync(Cancelled) is { } said)
            {
                if (JsonNode.Parse(said) is JsonObject answer && answer["id"]?.ToJsonString() == id && !answer.ContainsKey("method"))
                {
                    return answer;
                }
            }

            throw new EndOfStreamException("the output ended without an answer");
        }

        /// <summary>Closes the input; the exit code.</summary>
        public async Task<int> EndAsync()
        {
            await _input.Writer.CompleteAsync();
            return await _running;
        }

        public async ValueTask DisposeAsync()
        {
            await EndAsync();
            _lines.Dispose();
        }
    }
}
