using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EdgeGateway.TestUpstreams.Messages;

namespace EdgeGateway.TestUpstreams.Sessions;

/// <summary>What the server keeps for one client between initialize and DELETE.</summary>
internal sealed class Session(string id, string protocolVersion, JsonElement clientCapabilities)
{
    private readonly ConcurrentDictionary<string, EventStream> _streams = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _asked = new();

    // Counts with Interlocked: requests of one session run at the same time.
    private int _counter;
    private int _streamNumber;
    private int _askNumber;

    public string Id { get; } = id;

    /// <summary>Eight hex digits that tell sessions apart without giving the id away.</summary>
    public string ShortHash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..8];

    public string ProtocolVersion { get; } = protocolVersion;

    public JsonElement ClientCapabilities { get; } = clientCapabilities.ValueKind == JsonValueKind.Undefined ? default : clientCapabilities.Clone();

    /// <summary>Written once by notifications/initialized; read by each request.</summary>
    public volatile bool Initialized;

    /// <summary>As logging/setLevel said. Written and read whole.</summary>
    public volatile string LogLevel = "info";

    public ConcurrentDictionary<string, string> Memory { get; } = new();

    public ConcurrentDictionary<string, bool> Subscriptions { get; } = new();

    /// <summary>Status by task id.</summary>
    public ConcurrentDictionary<string, string> Tasks { get; } = new();

    /// <summary>Requests being run, by the raw form of their id. The sources are never disposed: a cancel may come as one ends.</summary>
    public ConcurrentDictionary<string, CancellationTokenSource> InFlight { get; } = new();

    /// <summary>The GET stream.</summary>
    public EventStream Standalone { get; } = new("get");

    public int Counter => Volatile.Read(ref _counter);

    public int Increment() => Interlocked.Increment(ref _counter);

    public bool Declares(string capability) =>
        ClientCapabilities.ValueKind == JsonValueKind.Object && ClientCapabilities.TryGetProperty(capability, out _);

    public EventStream OpenStream()
    {
        var stream = new EventStream("post" + Interlocked.Increment(ref _streamNumber).ToString(CultureInfo.InvariantCulture));
        _streams[stream.Name] = stream;
        return stream;
    }

    /// <summary>The stream an event id belongs to, and how many of its events the client has.</summary>
    public bool TryFindStream(string eventId, out EventStream stream, out int position)
    {
        foreach (var candidate in _streams.Values.Append(Standalone))
        {
            if (candidate.TryParsePosition(eventId, out position))
            {
                stream = candidate;
                return true;
            }
        }

        (stream, position) = (Standalone, 0);
        return false;
    }

    /// <summary>
    /// Asks the client something on <paramref name="stream"/> and waits for the response it POSTs. The ids are 1, 2, 3 … in each
    /// session on purpose: a gateway that mixes sessions up delivers an answer to the wrong one.
    /// </summary>
    /// <returns>The whole response message.</returns>
    public async Task<JsonElement> AskAsync(EventStream stream, string method, string rawParams, CancellationToken cancellationToken)
    {
        var rawId = Interlocked.Increment(ref _askNumber).ToString(CultureInfo.InvariantCulture);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[rawId] = answer;
        stream.Append(Wire.Request(rawId, method, rawParams));
        return await answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Gives a response of the client to who asked. False: nobody asked that.</summary>
    public bool TryAnswer(string rawId, JsonElement response) =>
        _asked.TryRemove(rawId, out var asked) && asked.TrySetResult(response.Clone());

    public void End()
    {
        foreach (var running in InFlight.Values)
        {
            running.Cancel();
        }

        Standalone.Complete();
        foreach (var stream in _streams.Values)
        {
            stream.Complete();
        }
    }
}
