using System.Buffers;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Record;
using EdgeGateway.DataPath.Release;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Sse;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay.Modern;

/// <summary>
/// A modern client's request on a legacy session, over as many rounds as the server asks questions (protocol.md section 4). Between two
/// rounds it is parked with its session and its open stream; then nobody but <see cref="ParkedCalls"/> knows it.
/// </summary>
internal sealed class BridgedCall(Exchange first, ModernParams parameters, Lease<PooledUpstream> lease, ParkedCalls parked, RelayServices services)
{
    /// <summary>How long a cancelled request may take to end before its session counts as unclean (pool.md section 2, hygiene).</summary>
    private static readonly TimeSpan CancelGrace = TimeSpan.FromSeconds(5);

    /// <summary>A server that asks several things at once writes them one after the other.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(25);

    private readonly long _began = services.Clock.GetTimestamp();
    private readonly ReadOnlyMemory<byte> _upstreamId = GatewayId.Next();
    private readonly ServerQuestions _questions = new();

    // Of the round under way: one at a time, so nobody else reads or writes them.
    private Round _round = null!;
    private UpstreamReply? _reply;
    private EventPump? _events;

    private UpstreamSession Session => lease.Session.Session;

    /// <summary>The first round. Whatever happens, the lease is released or parked when it returns.</summary>
    public async ValueTask<Attempt> RunAsync()
    {
        using var round = new Round(first, parameters, this, services);
        _round = round;
        return await ConcludeAsync(round, StartAsync);
    }

    /// <summary>The client came back with answers.</summary>
    public async Task ResumeAsync(Exchange x, ModernParams answers)
    {
        using var round = new Round(x, answers, this, services);
        _round = round;
        lease.TakeUp();
        var attempt = await ConcludeAsync(round, AnswerQuestionsAsync);
        if (attempt.Error is { } error)
        {
            await x.Answer(error);
        }
    }

    /// <summary>The client did not come back: the server is told, and its session is not clean.</summary>
    public async Task AbandonAsync()
    {
        lease.TakeUp();
        await SideMessages.SendAsync(Session, SideMessages.Cancelled(_upstreamId.Span, "the client did not come back with its input"), [], services);
        await CloseAsync();
        lease.Release(LeaseOutcome.CallerCancelled, services.Clock.GetElapsedTime(_began));
    }

    /// <summary>Ends the round, and the call with it unless it was parked: then it may have been taken up already, and is not touched.</summary>
    private async ValueTask<Attempt> ConcludeAsync(Round round, Func<ValueTask<Attempt>> run)
    {
        var attempt = Attempt.Unfinished;
        var span = services.Tracer.BeginAsked(round.X, lease.Session);
        try
        {
            attempt = await run();
        }
        catch (OperationCanceledException) when (round.Silence.Token.IsCancellationRequested)
        {
            attempt = GiveUp();
        }
        catch (UpstreamException failed)
        {
            services.Log.UpstreamFailed(first.Route.Server.Name, failed.Fault.Reason, failed.Fault.Cause);
            attempt = Attempt.From(failed.Fault);
        }
        finally
        {
            if (round.IsParked)
            {
                span?.Dispose();
            }
            else
            {
                await CloseAsync();
                services.Release(lease, round.X, attempt, _began, span);
            }
        }

        return round.IsParked ? Attempt.Answered : await round.FailAsync(attempt);
    }

    private async ValueTask CloseAsync()
    {
        if (_events is not null)
        {
            await _events.DisposeAsync();
        }

        if (_reply is not null)
        {
            await _reply.DisposeAsync();
        }
    }

    private async ValueTask<Attempt> StartAsync()
    {
        var x = _round.X;
        await SideMessages.SendInitializedAsync(Session, x.UpstreamHeaders, services);
        if (!TaskOwners.Concerns(x.Message.Span, x.Envelope))
        {
            // Beside a request about a task the call of another client may be running.
            await LogLevel.SetAsync(lease.Session, _round.LogLevel, x, services);
        }

        var message = new ArrayBufferWriter<byte>(x.Message.Length + 64);
        ModernToLegacy.WriteRequest(message, x.Message.Span, x.Envelope, _upstreamId.Span);
        _reply = await Session.PostAsync(message.WrittenMemory, x.RequestHeaders, _round.Silence.Token);
        services.AnswerBegins(x);
        _round.Silence.Restart();
        _reply.ResumeOn(Session, x.UpstreamHeaders, services.Clock);
        return _reply.Kind switch
        {
            ReplyKind.Json => await new BridgedAnswer(_round, lease.Session).RelayAsync(_reply),
            ReplyKind.Events => await RelayEventsAsync(new EventPump(_reply, services.Clock)),
            ReplyKind.SessionGone => new Attempt(AttemptEnd.SessionGone, LeaseOutcome.SessionGone, RelayError.SessionNotFound),
            ReplyKind.HttpError => Refused(_reply),
            ReplyKind.Fault => throw new UpstreamException(_reply.Fault!),
            _ => throw new UpstreamException(new UpstreamFault(UpstreamFaultKind.Protocol, "The upstream accepted the request without answering it.")),
        };
    }

    private Attempt Refused(UpstreamReply reply)
    {
        services.Log.UpstreamFailed(first.Route.Server.Name, $"HTTP {reply.Status}", null);
        return new Attempt(AttemptEnd.Failed, LeaseOutcome.Reusable, UpstreamRefusal.Of(reply, _round.X));
    }

    private async ValueTask<Attempt> AnswerQuestionsAsync()
    {
        foreach (var response in _questions.Take(_round.Parameters.InputResponses.Span))
        {
            await SideMessages.SendAsync(Session, response, _round.X.UpstreamHeaders, services);
        }

        return _questions.Any ? await ParkAsync() : await RelayEventsAsync(_events!);
    }

    private async ValueTask<Attempt> RelayEventsAsync(EventPump events)
    {
        _events = events;
        while (true)
        {
            // What is asked is gathered for a moment, so that the client hears of it at once.
            var next = await events.NextAsync(_questions.Any ? Gathering : null, _round.Silence, _round.Reply);
            if (next is null)
            {
                return _questions.Any && !events.HasEnded
                    ? await ParkAsync()
                    : throw new UpstreamException(new UpstreamFault(UpstreamFaultKind.ConnectionLost, "The upstream ended the stream without an answer."));
            }

            if (await TakeAsync(next.Value) is { } attempt)
            {
                return attempt;
            }
        }
    }

    /// <returns>Null while there is more to come.</returns>
    private async ValueTask<Attempt?> TakeAsync(SseFrame frame)
    {
        if (frame.Data.IsEmpty || Envelope.Read(frame.Data.Span, out var envelope) != EnvelopeError.None)
        {
            return null;
        }

        switch (envelope.Kind)
        {
            case MessageKind.Response when envelope.Id.Of(frame.Data.Span).SequenceEqual(_upstreamId.Span):
                return await new BridgedAnswer(_round, lease.Session).EndAsync(frame.Data, envelope);
            case MessageKind.Request:
                await TakeQuestionAsync(frame.Data, envelope);
                return null;
            case MessageKind.Notification:
                await _round.RelayNotificationAsync(frame.Data, envelope, _upstreamId);
                return null;
            default:
                services.Log.StrayMessage(first.Route.Server.Name);
                return null;
        }
    }

    private async ValueTask TakeQuestionAsync(ReadOnlyMemory<byte> message, Envelope envelope)
    {
        var id = envelope.Id.Of(message);
        if (envelope.Method == McpMethod.Ping)
        {
            await SideMessages.SendAsync(Session, SideMessages.Pong(id.Span), _round.X.UpstreamHeaders, services);
        }
        else if (ModernCaller.Declares(_round.Parameters.ClientCapabilities, envelope.Method) && !_questions.IsFull && TakesInput(_round.X.Envelope.Method))
        {
            _questions.Add(message.Span, envelope);
        }
        else
        {
            services.Log.ServerRequestRefused(first.Route.Server.Name, envelope.Method.ToString());
            await SideMessages.SendAsync(Session, SideMessages.Refusal(id.Span), _round.X.UpstreamHeaders, services);
        }
    }

    private async ValueTask<Attempt> ParkAsync()
    {
        // Before anybody else can take the call up, or give it up.
        var round = _round;
        lease.SetAside();
        var (state, refused) = parked.TryPark(this, round.X);
        if (state is null)
        {
            lease.TakeUp();
            await SideMessages.SendAsync(Session, SideMessages.Cancelled(_upstreamId.Span, "the request cannot wait for input"), round.X.UpstreamHeaders, services);
            return new Attempt(AttemptEnd.Failed, LeaseOutcome.CallerCancelled, refused);
        }

        // As soon as the client has the state, its next request may take the call up: from here on nothing is this round's but its own.
        round.IsParked = true;
        await round.AskAsync(_questions.ToResult(state), lease.Session.ServerInfo);
        return Attempt.Answered;
    }

    private Attempt GiveUp()
    {
        if (_round.X.ClientGone)
        {
            return new(AttemptEnd.Failed, LeaseOutcome.CallerCancelled);
        }

        var limit = first.Route.Server.RequestTimeout;
        services.Log.UpstreamSilent(first.Route.Server.Name, limit.TotalSeconds);
        SideMessages.SendCancelled(lease.Session, _upstreamId.Span, "the gateway's request_timeout has passed", _round.X.UpstreamHeaders, services);
        return new(AttemptEnd.Failed, LeaseOutcome.TimedOut, RelayError.UpstreamSilent(limit));
    }

    /// <summary>The client closed the connection, which is how it cancels.</summary>
    public void Cancel(SilenceTimer silence)
    {
        SideMessages.SendCancelled(lease.Session, _upstreamId.Span, "the client disconnected", [], services);
        silence.EndWithin(CancelGrace);
    }

    private static bool TakesInput(McpMethod method) => method is McpMethod.ToolsCall or McpMethod.PromptsGet or McpMethod.ResourcesRead;
}
