using System.Text;
using System.Text.Json;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Tests.JsonRpc;

/// <summary>The rules of the envelope once more, over an object model: slow, and so plain that it is right by reading.</summary>
internal static class EnvelopeOracle
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public sealed record Verdict(EnvelopeError Error, MessageKind Kind, Dictionary<string, string> Parts);

    public static Verdict Judge(byte[] message)
    {
        JsonDocument document;
        try
        {
            Strict.GetCharCount(message);
            document = JsonDocument.Parse(message, new JsonDocumentOptions { MaxDepth = 64 });
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return new Verdict(EnvelopeError.MalformedJson, default, []);
        }

        using (document)
            return Judge(document.RootElement);
    }

    private static Verdict Judge(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array)
            return new Verdict(root.GetArrayLength() == 0 ? EnvelopeError.WrongShape : EnvelopeError.None, MessageKind.Batch, []);
        if (root.ValueKind != JsonValueKind.Object)
            return new Verdict(EnvelopeError.WrongShape, MessageKind.Response, []);

        var top = All(root);
        var inParams = top.TryGetValue("params", out var many) ? many.SelectMany(AllOf).ToLookup(pair => pair.Key, pair => pair.Value) : null;
        var inMeta = inParams?["_meta"].SelectMany(AllOf).ToLookup(pair => pair.Key, pair => pair.Value);
        var duplicate =
            new[] { "jsonrpc", "id", "method", "params", "result", "error" }.Any(name => top.TryGetValue(name, out var values) && values.Count > 1)
            || new[] { "name", "uri", "taskId", "_meta", "progressToken", "requestId", "protocolVersion", "capabilities" }.Any(name => inParams?[name].Count() > 1)
            || new[] { "progressToken", "io.modelcontextprotocol/protocolVersion" }.Any(name => inMeta?[name].Count() > 1);
        var kind = top.ContainsKey("method") ? top.ContainsKey("id") ? MessageKind.Request : MessageKind.Notification : MessageKind.Response;
        if (duplicate)
            return new Verdict(EnvelopeError.DuplicateMember, kind, []);

        JsonElement? One(string name) => top.TryGetValue(name, out var values) ? values[0] : null;
        var id = One("id");
        var goodId = id is { ValueKind: JsonValueKind.String } || (id is { ValueKind: JsonValueKind.Number } number && IsInteger(number.GetRawText()));
        var method = One("method");
        var whole = One("jsonrpc") is { ValueKind: JsonValueKind.String } version && Text(version.GetString) == "2.0"
            && One("params") is null or { ValueKind: JsonValueKind.Object }
            && method is null or { ValueKind: JsonValueKind.String }
            && One("error") is null or { ValueKind: JsonValueKind.Object }
            && (id is null or { ValueKind: JsonValueKind.Null } || goodId);
        whole = whole && One("jsonrpc") is not null && kind switch
        {
            MessageKind.Request => goodId && One("result") is null && One("error") is null,
            MessageKind.Notification => One("result") is null && One("error") is null,
            _ => One("result") is not null ? goodId && One("error") is null : One("error") is not null,
        };
        if (!whole)
            return new Verdict(EnvelopeError.WrongShape, kind, []);

        var parts = new Dictionary<string, string>();
        void Part(string name, JsonElement? value, params JsonValueKind[] kinds)
        {
            if (value is { } element && (kinds.Length == 0 || kinds.Contains(element.ValueKind)))
                parts[name] = element.GetRawText();
        }

        var named = method is { } text ? Text(text.GetString) : null;
        JsonElement? In(ILookup<string, JsonElement>? lookup, string name) => lookup is not null && lookup.Contains(name) ? lookup[name].First() : null;
        Part("id", goodId ? id : null);
        Part("method", method);
        Part("params", One("params"));
        Part("result", One("result"));
        Part("error", One("error"));
        Part("metaVersion", In(inMeta, "io.modelcontextprotocol/protocolVersion"), JsonValueKind.String);
        Part(
            "progress",
            named == "notifications/progress" ? In(inParams, "progressToken") : In(inMeta, "progressToken"),
            JsonValueKind.String,
            JsonValueKind.Number);
        if (named == "notifications/cancelled")
            Part("requestId", In(inParams, "requestId"), JsonValueKind.String, JsonValueKind.Number);
        if (named == "initialize")
        {
            Part("protocolVersion", In(inParams, "protocolVersion"), JsonValueKind.String);
            Part("capabilities", In(inParams, "capabilities"), JsonValueKind.Object);
        }

        string[] names = named is "tools/call" or "prompts/get" ? ["name"] : named == "resources/read" ? ["uri"] : ["taskId", "uri", "name"];
        foreach (var name in names) // the last one that is there counts
            Part("name", In(inParams, name), JsonValueKind.String);
        return new Verdict(EnvelopeError.None, kind, parts);
    }

    public static Dictionary<string, string> Parts(byte[] message, Envelope envelope)
    {
        var parts = new Dictionary<string, string>();
        void Part(string name, Slice slice)
        {
            if (slice.Exists)
                parts[name] = Encoding.UTF8.GetString(slice.Of(message));
        }

        Part("id", envelope.Id);
        Part("method", envelope.MethodName);
        Part("params", envelope.Params);
        Part("result", envelope.Result);
        Part("error", envelope.Error);
        Part("metaVersion", envelope.MetaProtocolVersion);
        Part("progress", envelope.ProgressToken);
        Part("requestId", envelope.CancelledId);
        Part("protocolVersion", envelope.ProtocolVersion);
        Part("capabilities", envelope.Capabilities);
        Part("name", envelope.Name);
        return parts;
    }

    private static bool IsInteger(string number) =>
        number.TrimStart('-').Split('.') is var halves && halves.All(half => half.All(char.IsAsciiDigit)) && (halves.Length == 1 || halves[1].Trim('0').Length == 0);

    /// <summary>An escaped lone surrogate is JSON, but not text: it equals no name.</summary>
    private static string? Text(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return Guid.NewGuid().ToString();
        }
    }

    private static Dictionary<string, List<JsonElement>> All(JsonElement element) =>
        AllOf(element).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Select(pair => pair.Value).ToList());

    private static IEnumerable<KeyValuePair<string, JsonElement>> AllOf(JsonElement element) =>
        element.ValueKind != JsonValueKind.Object ? [] : element.EnumerateObject().Select(member => KeyValuePair.Create(Text(() => member.Name)!, member.Value));
}
