using System.Diagnostics;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Record;
using EdgeGateway.DataPath.Release;
using EdgeGateway.Pooling;
using EdgeGateway.Telemetry;

namespace EdgeGateway.DataPath.Relay;

/// <summary>What the stages need beside the request itself.</summary>
internal sealed record RelayServices(TimeProvider Clock, ILogger Log)
{
    public CallMeter Meter { get; init; } = CallMeter.None;

    public CallTracer Tracer { get; init; } = CallTracer.None;

    public CallLatency? Latency { get; init; }

    public SilenceTimers Silence { get; } = new(Clock);

    /// <summary>Times and traces a client's request, until it is disposed: then the client has its answer.</summary>
    public ServedCall BeginServed(Exchange x)
    {
        if (Latency is not null && Log.IsEnabled(LogLevel.Debug))
        {
            x.Latency = Latency.Begin();
        }

        return new(x, this, Clock.GetTimestamp(), Tracer.BeginServed(x));
    }

    public void HasSession(Exchange x) => x.Latency?.AddCheckpoint(Latency!.Acquired);

    public void AnswerBegins(Exchange x) => x.Latency?.AddCheckpoint(Latency!.Answered);

    /// <summary>A try has ended: its session goes back with the outcome, and it is counted.</summary>
    /// <param name="lease">Of its session.</param>
    /// <param name="x">The request.</param>
    /// <param name="attempt">How it ended.</param>
    /// <param name="began">Timestamp: when it had the session.</param>
    /// <param name="span">Its own; null when nobody traces.</param>
    public void Release(in Lease<PooledUpstream> lease, Exchange x, in Attempt attempt, long began, Activity? span)
    {
        var session = lease.Session;
        var took = Clock.GetElapsedTime(began);
        lease.Release(attempt.Outcome, took);

        // An answer that had begun was ended with the error itself; one that nobody waited for has none.
        var error = attempt.Error ?? x.Failure ?? (attempt.End == AttemptEnd.Failed && x.ClientGone ? RelayError.ClientGone : null);
        x.Failure ??= attempt.End == AttemptEnd.Failed ? error : null;
        Meter.Used(x, session, took, error);
        CallTracer.Fail(span, error);
        span?.Dispose();
    }

    /// <summary>The pool gave no session: logged, counted, and the caller is told.</summary>
    public Task RefuseAsync(Exchange x, Refusal refusal)
    {
        Log.Refused(x.Route.Server.Name, refusal.Reason);
        Meter.Refused(x.Route, refusal);
        return x.Answer(RelayError.From(refusal));
    }
}

/// <summary>A client's request from when it was read to when it is answered.</summary>
internal readonly struct ServedCall(Exchange x, RelayServices services, long began, Activity? span) : IDisposable
{
    public void Dispose()
    {
        services.Meter.Served(x, services.Clock.GetElapsedTime(began));
        CallTracer.Fail(span, x.Failure);
        span?.Dispose();
        if (x.Latency is { } latency)
        {
            var (acquired, answered, total) = CallLatency.Read(latency);
            services.Log.Took(x.Route.Server.Name, CallLabels.MethodOf(x), total, acquired, answered);
        }
    }
}
