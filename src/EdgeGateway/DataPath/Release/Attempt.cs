using EdgeGateway.DataPath.Relay;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Release;

/// <summary>How far one try of a request on one session got.</summary>
internal enum AttemptEnd
{
    /// <summary>The client has its answer, or as much of it as there was.</summary>
    Answered,

    /// <summary>The upstream does not know the session: the request did not run.</summary>
    SessionGone,

    /// <summary>The upstream was not reached: the request did not run.</summary>
    NotRun,

    /// <summary>The connection broke: the request may have run.</summary>
    Lost,

    /// <summary>Trying again would not help.</summary>
    Failed,
}

/// <summary>One try of a request on one session.</summary>
/// <param name="End">How far it got.</param>
/// <param name="Outcome">What the pool is told about the session.</param>
/// <param name="Error">What to answer when nothing was answered yet and it is not tried again; null once the answer began.</param>
internal readonly record struct Attempt(AttemptEnd End, LeaseOutcome Outcome, RelayError? Error = null)
{
    public static Attempt Answered { get; } = new(AttemptEnd.Answered, LeaseOutcome.Reusable);

    /// <summary>What a try counts as that ended by an exception.</summary>
    public static Attempt Unfinished { get; } = new(AttemptEnd.Failed, LeaseOutcome.ServerFault, RelayError.Unexpected);

    public static Attempt From(UpstreamFault fault) => new(
        fault.Kind switch
        {
            UpstreamFaultKind.Refused or UpstreamFaultKind.Dns or UpstreamFaultKind.Tls => AttemptEnd.NotRun,
            UpstreamFaultKind.ConnectionLost => AttemptEnd.Lost,
            _ => AttemptEnd.Failed,
        },
        fault.Kind switch
        {
            UpstreamFaultKind.Timeout => LeaseOutcome.TimedOut,
            _ => LeaseOutcome.ServerFault,
        },
        RelayError.From(fault));
}
