namespace EdgeGateway.TestUpstreams;

/// <summary>One way to misbehave. Made by the factories; <c>with { On = …, Times = … }</c> says where and how often.</summary>
public sealed record Fault
{
    private Fault(FaultKind kind) => Kind = kind;

    public FaultKind Kind { get; }

    /// <summary>
    /// Which messages it hits: a JSON-RPC method (<c>initialize</c>, <c>tools/call</c>, <c>notifications/initialized</c>),
    /// <c>GET</c>, <c>DELETE</c>, <c>response</c> (an answer of the client), or <c>*</c>: every POST but initialize.
    /// </summary>
    public string On { get; init; } = "*";

    /// <summary>How many messages it hits before it is spent; null = until cleared.</summary>
    public int? Times { get; init; }

    public int StatusCode { get; private init; }

    /// <summary>Seconds in Retry-After, or null for no header.</summary>
    public int? RetryAfter { get; private init; }

    public TimeSpan Delay { get; private init; }

    /// <summary>The garbage, or the session id to issue.</summary>
    public string Text { get; private init; } = "";

    /// <summary>Answers with a status and a JSON-RPC error as body.</summary>
    public static Fault Status(int statusCode, int? retryAfter = null) =>
        new(FaultKind.Status) { StatusCode = statusCode, RetryAfter = retryAfter };

    /// <summary>Accepts the message and answers nothing until <see cref="FaultBoard.Hold"/> is opened.</summary>
    public static Fault Hang() => new(FaultKind.Hang);

    /// <summary>The headers come late by this much.</summary>
    public static Fault SlowHeaders(TimeSpan delay) => new(FaultKind.SlowHeaders) { Delay = delay };

    /// <summary>The body comes in 16 pieces with this much between them.</summary>
    public static Fault DripBody(TimeSpan delay) => new(FaultKind.DripBody) { Delay = delay };

    /// <summary>The request is read, and run, and then the connection is cut without a byte of answer.</summary>
    public static Fault CloseBeforeResponse() => new(FaultKind.CloseBeforeResponse);

    /// <summary>The headers and half of the body come, then the connection is cut.</summary>
    public static Fault CloseMidBody() => new(FaultKind.CloseMidBody);

    /// <summary>200, application/json, and this text, which need not be JSON.</summary>
    public static Fault Garbage(string text = "<html>It works!</html>") => new(FaultKind.Garbage) { Text = text };

    /// <summary>At initialize: issues this session id, legal or not, whether or not it exists already.</summary>
    public static Fault SessionId(string id) => new(FaultKind.SessionId) { Text = id, On = "initialize" };

    /// <summary>At initialize: issues no session id at all.</summary>
    public static Fault NoSessionId() => new(FaultKind.SessionId) { On = "initialize" };
}

/// <summary>See the factories of <see cref="Fault"/>.</summary>
public enum FaultKind
{
    Status,
    Hang,
    SlowHeaders,
    DripBody,
    CloseBeforeResponse,
    CloseMidBody,
    Garbage,
    SessionId,
}
