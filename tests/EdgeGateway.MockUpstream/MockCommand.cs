using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.MockUpstream.Mcp;

namespace EdgeGateway.MockUpstream;

/// <summary>The command line: every switch makes the server worse than it could be.</summary>
internal sealed class MockCommand : RootCommand
{
    private readonly Option<int> _roundTrip = Milliseconds("--rtt", "a network's round trip: accepting a connection and each thing the server sends come so late");
    private readonly Option<int> _delay = Milliseconds("--delay", "what a tool call takes");
    private readonly Option<int> _jitter = Milliseconds("--jitter", "up to so much is added to a tool call, evenly spread");
    private readonly Option<int> _handshake = Milliseconds("--handshake", "what initialize takes");
    private readonly Option<int> _failEvery = new("--fail-every") { Description = "each so many-th tool call is answered 503; 0: none" };
    private readonly Option<bool> _inTurn = new("--in-turn") { Description = "a session works on one tool call at a time, in the order they come: each waits for those before it" };
    private readonly Option<string> _answer = new("--answer") { Description = "how a tool call is answered: json or sse", DefaultValueFactory = _ => "json" };
    private readonly Option<int> _events = new("--events") { Description = "with --answer sse: so many notifications of progress before the answer" };
    private readonly Option<string> _sessions = new("--sessions") { Description = "required: initialize opens a session and the rest names it; none", DefaultValueFactory = _ => "required" };
    private readonly Option<string[]> _tls = new("--tls") { Description = "a certificate and its key, two PEM files: https", Arity = new ArgumentArity(2, 2), AllowMultipleArgumentsPerToken = true };

    public MockCommand()
        : base("An MCP server (2025-06-18, Streamable HTTP or stdio) for load tests, on 127.0.0.1. Prints its address, ends with its standard input.")
    {
        _answer.AcceptOnlyFromAmong("json", "sse");
        _sessions.AcceptOnlyFromAmong("required", "none");
        foreach (var option in new Option[] { Port, Stdio, _roundTrip, _delay, _jitter, _handshake, _failEvery, _inTurn, _answer, _events, _sessions, _tls })
        {
            Options.Add(option);
        }
    }

    public Option<int> Port { get; } = new("--port") { Description = "0: a free one" };

    public Option<bool> Stdio { get; } = new("--stdio") { Description = "speak on standard input and output instead" };

    public Behaviour Read(ParseResult parsed) => new(
        RoundTrip: Time(parsed, _roundTrip),
        Delay: Time(parsed, _delay),
        Jitter: Time(parsed, _jitter),
        Handshake: Time(parsed, _handshake),
        FailEvery: parsed.GetValue(_failEvery),
        InTurn: parsed.GetValue(_inTurn),
        Streams: parsed.GetValue(_answer) == "sse",
        Events: parsed.GetValue(_events),
        HasSessions: parsed.GetValue(_sessions) == "required" && !parsed.GetValue(Stdio));

    public X509Certificate2? Certificate(ParseResult parsed) =>
        parsed.GetValue(_tls) is [var certificate, var key] ? X509Certificate2.CreateFromPemFile(certificate, key) : null;

    private static Option<int> Milliseconds(string name, string description) => new(name) { Description = $"{description}; ms" };

    private static TimeSpan Time(ParseResult parsed, Option<int> option) => TimeSpan.FromMilliseconds(parsed.GetValue(option));
}
