using System.Buffers;
using EdgeGateway.MockUpstream.Mcp;

namespace EdgeGateway.MockUpstream.Http;

/// <summary>One client's connection: requests one after another, each answered before the next is read. Its buffers live as long as it does.</summary>
internal sealed class Connection(Stream stream, MockServer server)
{
    /// <summary>The longest request it takes: load tests send small ones.</summary>
    private const int RequestBytesMax = 1024 * 1024;

    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();

    private readonly ArrayBufferWriter<byte> _output = new(1024);
    private readonly ArrayBufferWriter<byte> _json = new(512);
    private byte[] _input = new byte[4096];
    private int _filled;

    public async Task RunAsync()
    {
        while (await ReadHeadAsync() is >= 0 and var headEnd)
        {
            var (bodyLength, unsupported, closes) = Measure(headEnd);
            var bodyStart = headEnd + EndOfHead.Length;
            if (unsupported || bodyStart + bodyLength > RequestBytesMax || !await FillAsync(bodyStart + bodyLength))
            {
                return;
            }

            _output.ResetWrittenCount();
            var wait = Answer(headEnd, bodyStart, bodyLength, out var reply, out var session);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, server.Clock);
            }

            session?.EndCall();

            if (reply == ReplyKind.Result && server.Behaviour.Streams)
            {
                await SendEventsAsync(bodyStart, bodyLength);
            }
            else
            {
                await stream.WriteAsync(_output.WrittenMemory);
            }

            if (closes)
            {
                return;
            }

            var used = bodyStart + bodyLength;
            _input.AsSpan(used, _filled - used).CopyTo(_input);
            _filled -= used;
        }
    }

    /// <returns>Where the head ends; −1 when the client is done.</returns>
    private async ValueTask<int> ReadHeadAsync()
    {
        while (true)
        {
            var end = _input.AsSpan(0, _filled).IndexOf(EndOfHead);
            if (end >= 0)
            {
                return end;
            }

            if (!await FillAsync(_filled + 1))
            {
                return -1;
            }
        }
    }

    /// <returns>False when the client ended before so much was there.</returns>
    private async ValueTask<bool> FillAsync(int wanted)
    {
        if (wanted > _input.Length)
        {
            Array.Resize(ref _input, Math.Max(wanted, _input.Length * 2));
        }

        while (_filled < wanted)
        {
            var read = await stream.ReadAsync(_input.AsMemory(_filled));
            if (read == 0)
            {
                return false;
            }

            _filled += read;
        }

        return true;
    }

    private (int BodyLength, bool Unsupported, bool Closes) Measure(int headEnd)
    {
        var head = RequestHead.Read(_input.AsSpan(0, headEnd));
        return (head.ContentLength, head.IsChunked || head.ContentLength < 0, head.Closes);
    }

    /// <summary>Writes the response, but for a stream of events, to the output.</summary>
    /// <returns>How long it takes; and in which session, if it is a tool call in one: then it must be told when the call has ended.</returns>
    private TimeSpan Answer(int headEnd, int bodyStart, int bodyLength, out ReplyKind kind, out Session? session)
    {
        (kind, session) = (ReplyKind.Empty, null);
        var head = RequestHead.Read(_input.AsSpan(0, headEnd));
        if (!head.Path.SequenceEqual("/mcp"u8))
        {
            AnswerControl(head);
            return TimeSpan.Zero;
        }

        if (head.Method.SequenceEqual("POST"u8))
        {
            return AnswerMessage(head, Message.Read(_input.AsSpan(bodyStart, bodyLength)), out kind, out session);
        }

        if (head.Method.SequenceEqual("DELETE"u8) && server.Behaviour.HasSessions)
        {
            server.Counts.Deleted();
            Responses.WriteEmpty(server.Sessions.Remove(head.SessionId) ? 200 : 404, _output);
            return TimeSpan.Zero;
        }

        Responses.WriteEmpty(405, _output); // it has nothing to say of its own accord
        return TimeSpan.Zero;
    }

    private void AnswerControl(in RequestHead head)
    {
        if (head.Path.SequenceEqual("/counts"u8))
        {
            Responses.WriteJson(server.Counts.ToJson(server.Sessions.Open, server.Sessions.CallsMost), null, _output);
        }
        else if (head.Path.SequenceEqual("/counts/reset"u8))
        {
            server.Counts.Reset();
            server.Sessions.ForgetMost();
            Responses.WriteEmpty(200, _output);
        }
        else
        {
            Responses.WriteEmpty(404, _output);
        }
    }

    private TimeSpan AnswerMessage(in RequestHead head, Message message, out ReplyKind kind, out Session? session)
    {
        message.Endpoint = head.Host;
        message.Session = head.SessionId;
        var reply = server.Decide(message);
        (kind, session) = (reply.Kind, null);
        if (server.Behaviour.HasSessions && kind != ReplyKind.Initialized && (session = server.Sessions.Find(head.SessionId)) is null)
        {
            kind = ReplyKind.Empty;
            Responses.WriteEmpty(head.SessionId.IsEmpty ? 400 : 404, _output);
            return TimeSpan.Zero;
        }

        switch (kind)
        {
            case ReplyKind.Accepted:
                Responses.WriteEmpty(202, _output);
                break;
            case ReplyKind.Unavailable:
                Responses.WriteEmpty(503, _output);
                break;
            case ReplyKind.Result when server.Behaviour.Streams:
                break;
            default:
                _json.ResetWrittenCount();
                MockServer.Write(kind, message, _json);
                Responses.WriteJson(_json.WrittenSpan, kind == ReplyKind.Initialized && server.Behaviour.HasSessions ? server.Sessions.Add() : null, _output);
                break;
        }

        session = kind is ReplyKind.Result or ReplyKind.Identity ? session : null;
        session?.BeginCall();
        return server.Behaviour.InTurn && session is not null ? session.QueueUp(reply.After) : reply.After;
    }

    /// <summary>Each event is sent by itself, as a server that works meanwhile would.</summary>
    private async ValueTask SendEventsAsync(int bodyStart, int bodyLength)
    {
        Responses.WriteStreamHead(_output);
        for (var step = 1; step <= server.Behaviour.Events + 1; step++)
        {
            WriteEvent(step);
            await stream.WriteAsync(_output.WrittenMemory);
            _output.ResetWrittenCount();
        }

        void WriteEvent(int step)
        {
            var message = Message.Read(_input.AsSpan(bodyStart, bodyLength));
            var isLast = step > server.Behaviour.Events;
            _json.ResetWrittenCount();
            if (isLast)
            {
                MockServer.Write(ReplyKind.Result, message, _json);
            }
            else
            {
                MockServer.WriteProgress(message, step, _json);
            }

            Responses.WriteEvent(_json.WrittenSpan, isLast, _output);
        }
    }
}
