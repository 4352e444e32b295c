using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EdgeGateway.TestUpstreams.Messages;

namespace EdgeGateway.TestUpstreams.Stdio;

/// <summary>
/// The stdio server as revision 2026-07-28 has it: no handshake, every request says what it speaks, requests run at once. Further
/// tools: <c>cancelled</c> lists the names of calls that were cancelled, <c>greet</c> asks first, <c>end</c> and <c>withdraw</c>
/// end all subscriptions with and without an answer, <c>leak</c> says what nobody asked for.
/// </summary>
internal sealed class ModernStdio(StdioTools tools, StdioOutput output, bool isDual)
{
    private const string Version = "2026-07-28";

    // Raw ids: of calls and subscriptions that run, by name. Written by the reader and by calls.
    private readonly ConcurrentDictionary<string, string> _running = new();
    private readonly ConcurrentQueue<string> _cancelled = new();

    /// <summary>False: a legacy message of a server that speaks both.</summary>
    public bool TryTake(JsonObject message)
    {
        var meta = message["params"]?["_meta"];
        var id = message["id"]?.ToJsonString();
        if ((string?)message["method"] == "notifications/cancelled")
        {
            Cancel(message["params"]!["requestId"]!.ToJsonString());
            return true;
        }

        if (id is null || (isDual && meta?["io.modelcontextprotocol/protocolVersion"] is null))
        {
            return false;
        }

        if ((string?)meta?["io.modelcontextprotocol/protocolVersion"] != Version)
        {
            output.Write(Wire.Error(id, Wire.InvalidParams, "no protocolVersion"));
            return true;
        }

        Answer(id, (string)message["method"]!, message["params"]!.AsObject());
        return true;
    }

    private void Answer(string id, string method, JsonObject parameters)
    {
        switch (method)
        {
            case "server/discover":
                var versions = isDual ? "\"2025-11-25\"," : "";
                output.Write(Wire.Result(id, $$$"""{"resultType":"complete","supportedVersions":[{{{versions}}}"{{{Version}}}"],"capabilities":{"tools":{"listChanged":true} },"_meta":{"io.modelcontextprotocol/serverInfo":{"name":"modern-stdio","version":"1"} },"ttlMs":0,"cacheScope":"private"}"""));
                break;
            case "tools/list":
                output.Write(Wire.Result(id, $"{{\"resultType\":\"complete\",{StdioTools.List[1..]}"));
                break;
            case "tools/call":
                _running[id] = (string)parameters["name"]!;
                _ = CallAsync(id, parameters);
                break;
            case "subscriptions/listen":
                output.Write(Wire.Notification("notifications/subscriptions/acknowledged", $"{{{Subscription(id)},\"notifications\":{parameters["notifications"]!.ToJsonString()}}}"));
                _running[id] = method;
                break;
            default:
                output.Write(Wire.Error(id, Wire.MethodNotFound, $"no {method} here"));
                break;
        }
    }

    private async Task CallAsync(string id, JsonObject call)
    {
        switch ((string)call["name"]!)
        {
            case "cancelled":
                Text(id, string.Join(',', _cancelled));
                break;
            case "greet" when call["inputResponses"] is null:
                Result(id, """{"resultType":"input_required","inputRequests":{"who":{"method":"elicitation/create","params":{"message":"Your name?","requestedSchema":{"type":"object","properties":{"name":{"type":"string"} } } } } },"requestState":"opaque"}""");
                break;
            case "greet":
                Text(id, $"Hello {(string?)call["inputResponses"]!["who"]!["content"]!["name"]}, {(string?)call["requestState"]}");
                break;
            case "changed":
                ForSubscriptions(subscription => Wire.Notification("notifications/tools/list_changed", $"{{{Subscription(subscription)}}}"), end: false);
                Text(id, "changed");
                break;
            case "end":
                ForSubscriptions(subscription => Wire.Result(subscription, $"{{\"resultType\":\"complete\",{Subscription(subscription)}}}"), end: true);
                Text(id, "ended");
                break;
            case "withdraw":
                ForSubscriptions(subscription => Wire.Notification("notifications/cancelled", $"{{\"requestId\":{subscription}}}"), end: true);
                Text(id, "withdrawn");
                break;
            case "leak":
                output.Write(Wire.Notification("notifications/message", """{"level":"info","data":"leaked"}"""));
                output.Write(Wire.Notification("notifications/tools/list_changed", "{}"));
                output.Write(Wire.Notification("notifications/progress", """{"progressToken":"t","progress":1,"message":"leaked"}"""));
                output.Write(Wire.Request("\"q-2\"", "elicitation/create", """{"message":"leaked"}"""));
                Text(id, "said");
                break;
            default:
                Text(id, await tools.TextAsync(call));
                break;
        }
    }

    private void ForSubscriptions(Func<string, string> message, bool end)
    {
        foreach (var (subscription, name) in _running.Where(one => one.Value == "subscriptions/listen"))
        {
            output.Write(message(subscription));
            if (end)
            {
                _running.TryRemove(KeyValuePair.Create(subscription, name));
            }
        }
    }

    private void Cancel(string id)
    {
        if (_running.TryRemove(id, out var name))
        {
            _cancelled.Enqueue(name);
        }
    }

    private void Text(string id, string text)
    {
        var result = JsonNode.Parse(Wire.Text(text))!.AsObject();
        result["resultType"] = "complete";
        Result(id, result.ToJsonString());
    }

    /// <summary>What was cancelled is not answered.</summary>
    private void Result(string id, string result)
    {
        if (_running.TryRemove(id, out _))
        {
            output.Write(Wire.Result(id, result));
        }
    }

    private static string Subscription(string rawId) => $"\"_meta\":{{\"io.modelcontextprotocol/subscriptionId\":{rawId}}}";
}
