namespace EdgeGateway.TestUpstreams;

/// <summary>What kind of MCP server a <see cref="TestUpstream"/> is. Faults are added later, at run time.</summary>
public sealed record TestUpstreamOptions
{
    public UpstreamKind Kind { get; init; } = UpstreamKind.Stateful;

    /// <summary>0 takes a free port.</summary>
    public int Port { get; init; }

    /// <summary>Revisions it accepts at initialize; a client asking for another one is offered the newest of them.</summary>
    public IReadOnlyList<string> ProtocolVersions { get; init; } = ["2025-03-26", "2025-06-18", "2025-11-25"];

    /// <summary>Answer every request by SSE, as many real servers do; otherwise only where a tool streams.</summary>
    public bool AnswerBySse { get; init; }

    /// <summary>Items per page of a list; a cursor is good only in the session that got it. 0 = one page.</summary>
    public int PageSize { get; init; }

    /// <summary>The name in <c>serverInfo</c>: tells two upstreams apart.</summary>
    public string Name { get; init; } = "test-upstream";

    /// <summary>Paces the delays of faults and of the <c>slow</c> tool.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>Whether the server issues session ids.</summary>
public enum UpstreamKind
{
    /// <summary>Session ids, state per session, server-to-client requests, a GET stream, DELETE.</summary>
    Stateful,

    /// <summary>No session ids, JSON answers only, GET and DELETE are 405.</summary>
    Stateless,
}
