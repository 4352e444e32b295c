using System.Globalization;

namespace EdgeGateway.LoadTests.Rig;

/// <summary>How the mock upstream behaves; by default it answers at once.</summary>
internal sealed record MockOptions
{
    /// <summary>Each of its flights (accept, TLS, response) comes later by this: a network's round trip.</summary>
    public TimeSpan RoundTrip { get; init; }

    /// <summary>Each tools/call takes longer by this.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>And by a random time up to this.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>initialize takes longer by this.</summary>
    public TimeSpan Handshake { get; init; }

    /// <summary>Each n-th tools/call is answered 503; 0 for none.</summary>
    public int FailEvery { get; init; }

    /// <summary>A session works on one tools/call at a time, in the order they come: what waits in it is delayed by what runs.</summary>
    public bool InTurn { get; init; }

    /// <summary>Progress notifications before each answer, which then is an event stream; null for JSON.</summary>
    public int? Events { get; init; }

    /// <summary>Whether it issues session ids and insists on them.</summary>
    public bool HasSessions { get; init; } = true;

    /// <summary>Null for http.</summary>
    public TlsPair? Tls { get; init; }

    public IEnumerable<string> ToArguments() =>
    [
        "--port", "0",
        "--rtt", Milliseconds(RoundTrip),
        "--delay", Milliseconds(Delay),
        "--jitter", Milliseconds(Jitter),
        "--handshake", Milliseconds(Handshake),
        .. FailEvery > 0 ? (string[])["--fail-every", $"{FailEvery}"] : [],
        .. InTurn ? (string[])["--in-turn"] : [],
        .. Events is { } events ? (string[])["--answer", "sse", "--events", $"{events}"] : [],
        "--sessions", HasSessions ? "required" : "none",
        .. Tls is { } tls ? (string[])["--tls", tls.CertificateFile, tls.KeyFile] : [],
    ];

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
}
