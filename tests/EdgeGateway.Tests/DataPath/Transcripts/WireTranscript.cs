using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Transcripts;

/// <summary>
/// What went over the wire on both sides of the gateway, one short line for each message, in order:
/// <c>client &gt; tools/call 7</c> is sent by a client, <c>upstream[A] &lt; tools/call egw-1</c> received by the server on its session A,
/// <c>client &lt; result 7</c> received by the client. Sessions and ids of the gateway's own are named in order of appearance.
/// </summary>
/// <remarks>
/// What the server received is taken down before the next line of a client. It was received before the client heard of it, so the order
/// is the same in every run; what the gateway sends on its own is waited for by the test.
/// </remarks>
internal sealed partial class WireTranscript(TestUpstream upstream)
{
    private readonly List<string> _lines = [];
    private readonly Dictionary<string, string> _sessions = [];
    private readonly Dictionary<string, string> _ids = [];
    private int _seen = upstream.Recorded.Recent.Count;
    private string _lastSent = "";

    /// <summary>The pool opens sessions when it likes: handshakes are no part of what a message costs, unless a test is about them.</summary>
    public bool ShowsInitialized { get; init; }

    /// <summary>After a failure the pool asks its other sessions and ends those it dropped, when it likes: ping and DELETE are no part of the story then.</summary>
    public bool HidesUpkeep { get; init; }

    /// <summary>Event ids, for tests about resuming.</summary>
    public bool ShowsEventIds { get; init; }

    /// <summary>A client sends a message.</summary>
    /// <param name="who">Its name in the transcript.</param>
    /// <param name="body">The message; or what it is, where it has no body.</param>
    public void Said(string who, string body)
    {
        TakeDown();
        _lastSent = body;
        _lines.Add($"{who} > {(body.StartsWith('{') ? Describe(JsonNode.Parse(body)!) : body)}");
    }

    /// <summary>A client is answered.</summary>
    /// <param name="who">Its name in the transcript.</param>
    /// <param name="status">Shown unless it is 200.</param>
    /// <param name="message">What came, or empty.</param>
    /// <param name="eventId">Where it was an event that had one.</param>
    public void Heard(string who, int status, string message, string? eventId = null)
    {
        TakeDown();
        List<string> words = [];
        if (status != 200 || message.Length == 0)
        {
            words.Add($"{status}");
        }

        if (message.Length > 0)
        {
            words.Add(Describe(JsonNode.Parse(message)!));
        }

        if (ShowsEventIds && eventId is not null)
        {
            words.Add($"event {eventId}");
        }

        _lines.Add($"{who} < {string.Join(' ', words)}");
    }

    /// <summary>A remark of the test's own: what happened between two messages.</summary>
    public void Note(string what)
    {
        TakeDown();
        _lines.Add($"-- {what}");
    }

    /// <summary>The whole of it is this, line by line.</summary>
    public void AssertIs(string expected)
    {
        TakeDown();
        var actual = string.Join('\n', _lines);
        Assert.True(expected == actual, $"expected:\n{expected}\n\nactual:\n{actual}\n");
    }

    private void TakeDown()
    {
        var all = upstream.Recorded.Recent;
        for (; _seen < all.Count; _seen++)
        {
            var request = all[_seen];
            var isHidden = request.Label switch
            {
                "initialize" or "server/discover" => true,
                "notifications/initialized" => !ShowsInitialized,
                "DELETE" or "ping" => HidesUpkeep,
                _ => false,
            };
            if (!isHidden)
            {
                _lines.Add($"upstream[{SessionOf(request)}] < {Describe(request)}");
            }
        }
    }

    private string SessionOf(RecordedRequest request)
    {
        var id = request.SessionId ?? "-";
        return _sessions.TryGetValue(id, out var name) ? name : _sessions[id] = ((char)('A' + _sessions.Count)).ToString();
    }

    private string Describe(RecordedRequest request)
    {
        if (request.Body.IsEmpty)
        {
            return request.Headers.TryGetValue("last-event-id", out var after) ? $"{request.Label} after {after}" : request.Label;
        }

        return Describe(JsonNode.Parse(request.BodyText)!) + (request.BodyText == _lastSent ? " as sent" : "");
    }

    private string Describe(JsonNode message)
    {
        if (message is JsonArray batch)
        {
            return $"[{string.Join(", ", batch.Select(each => Describe(each!)))}]";
        }

        var parameters = message["params"] as JsonObject;
        string?[] words = message["method"] is { } method
            ? [
                (string)method!,
                IdOf(message["id"]),
                (string?)parameters?["uri"],
                (string?)method is "notifications/message" or "logging/setLevel" ? (string?)parameters?["level"] : null,
                Named("token", parameters?["progressToken"] ?? parameters?["_meta"]?["progressToken"]),
                Named("request", parameters?["requestId"]),
                Named("subscription", parameters?["_meta"]?["io.modelcontextprotocol/subscriptionId"]),
            ]
            : message["error"] is { } error ? ["error", IdOf(message["id"]), error["code"]!.ToJsonString(), (string?)error["data"]?["reason"]]
            : [KindOf(message["result"]!), IdOf(message["id"]), .. Asked(message["result"]!)];
        return string.Join(' ', words.Where(word => word is not null));
    }

    private static string KindOf(JsonNode result) => (string?)result["resultType"] == "input_required" ? "input_required" : "result";

    private static IEnumerable<string?> Asked(JsonNode result) =>
        result["inputRequests"] is JsonObject asked ? asked.Select(each => (string?)each.Value!["method"]) : [];

    private string? Named(string what, JsonNode? id) => id is null ? null : $"{what} {IdOf(id)}";

    private string? IdOf(JsonNode? id)
    {
        if (id is null)
        {
            return null;
        }

        var raw = id.ToJsonString();
        return !OwnId().IsMatch(raw) ? raw
            : _ids.TryGetValue(raw, out var name) ? name
            : _ids[raw] = $"egw-{_ids.Count + 1}";
    }

    [GeneratedRegex("^\"egw-")]
    private static partial Regex OwnId();
}
