using System.Text;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Tests.JsonRpc;

public sealed class EnvelopeTests
{
    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping"}""", MessageKind.Request, McpMethod.Ping, "1")]
    [InlineData("""{"jsonrpc":"2.0","id":"a\"b","method":"tools/list","params":{}}""", MessageKind.Request, McpMethod.ToolsList, "\"a\\\"b\"")]
    [InlineData("""{"method":"x/y","params":{"method":1,"id":2},"id":-7,"jsonrpc":"2.0"}""", MessageKind.Request, McpMethod.Other, "-7")]
    [InlineData("""{"jsonrpc":"2.0","id":1.0,"method":"ping"}""", MessageKind.Request, McpMethod.Ping, "1.0")]
    [InlineData("""{"jsonrpc":"2.0","id":12345678901234567890123,"method":"ping"}""", MessageKind.Request, McpMethod.Ping, "12345678901234567890123")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/initialized"}""", MessageKind.Notification, McpMethod.Initialized, "")]
    [InlineData("""{"jsonrpc":"2.0","id":"","result":{}}""", MessageKind.Response, McpMethod.Other, "\"\"")]
    [InlineData("""{"jsonrpc":"2.0","id":3,"error":{"code":1,"message":""}}""", MessageKind.Response, McpMethod.Other, "3")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"error":{}}""", MessageKind.Response, McpMethod.Other, "")]
    [InlineData("""{"jsonrpc":"2.0","error":{}}""", MessageKind.Response, McpMethod.Other, "")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"m\u0065thod":"tools\/call"}""", MessageKind.Request, McpMethod.ToolsCall, "1")]
    [InlineData("""{"\u006asonrpc":"2\u002e0","\u0069\u0064":1,"method":"\u0070ing"}""", MessageKind.Request, McpMethod.Ping, "1")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","\ud800":1,"m\u00e9thod":2,"x":1,"x":2}""", MessageKind.Request, McpMethod.Ping, "1")]
    [InlineData("\t\r\n { \"jsonrpc\" : \"2.0\" , \"id\" : 1 , \"method\" : \"ping\" } \n", MessageKind.Request, McpMethod.Ping, "1")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"ping"}]""", MessageKind.Batch, McpMethod.Other, "")]
    [InlineData("""[1]""", MessageKind.Batch, McpMethod.Other, "")]
    public void A_well_formed_message_is_told_apart(string json, MessageKind kind, McpMethod method, string id)
    {
        var (error, envelope, text) = Read(json);

        Assert.Equal(EnvelopeError.None, error);
        Assert.Equal(kind, envelope.Kind);
        Assert.Equal(method, envelope.Method);
        Assert.Equal(id, text(envelope.Id));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("nul")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping"} x""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping"}{}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping",}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,/**/"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":01,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"pi\qng"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":2,"method":"ping" """)]
    [InlineData("""{'jsonrpc':"2.0"}""")]
    [InlineData("[")]
    [InlineData("[1,]")]
    [InlineData("\uFEFF{\"jsonrpc\":\"2.0\",\"method\":\"x\"}")]
    public void What_is_not_JSON_is_malformed(string json) => Assert.Equal(EnvelopeError.MalformedJson, Read(json).Error);

    [Theory]
    [InlineData("1")]
    [InlineData("\"ping\"")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"id":1,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":2.0,"id":1,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1.5,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1e2,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":true,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":{},"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":[1],"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":5}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":{"a":1}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":"x"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","error":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{},"error":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1}""")]
    [InlineData("""{"jsonrpc":"2.0","result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":"no"}""")]
    public void JSON_that_is_no_JSON_RPC_message_has_the_wrong_shape(string json) => Assert.Equal(EnvelopeError.WrongShape, Read(json).Error);

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","jsonrpc":"2.0","id":1,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":1,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"i\u0064":2,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{},"params":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{},"result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{},"error":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","name":"b"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"a","uri":"b"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{"taskId":"a","taskId":"b"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":{},"_meta":{}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":1,"_\u006deta":{}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":{"progressToken":1,"progressToken":1}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"a","io.modelcontextprotocol\/protocolVersion":"a"}}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progressToken":2}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"requestId":2}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"a","protocolVersion":"a"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{},"capabilities":{}}}""")]
    public void A_member_that_decides_routing_may_not_stand_there_twice(string json) =>
        Assert.Equal(EnvelopeError.DuplicateMember, Read(json).Error);

    [Fact]
    public void Invalid_UTF8_is_malformed_even_where_nobody_looks()
    {
        byte[] message = [.. """{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":" """u8, 0xC3, 0x28, .. "\"}}"u8];

        Assert.Equal(EnvelopeError.MalformedJson, Envelope.Read(message, out var envelope));
        Assert.Equal("1"u8, envelope.Id.Of(message));
    }

    [Fact]
    public void The_id_can_be_echoed_when_the_rest_is_broken()
    {
        var (error, envelope, text) = Read("""{"jsonrpc":"2.0","id":"seven","method":"tools/call","params":{"name":""");

        Assert.Equal(EnvelopeError.MalformedJson, error);
        Assert.Equal("\"seven\"", text(envelope.Id));
    }

    [Theory]
    [InlineData(Envelope.MaxDepth, EnvelopeError.None)]
    [InlineData(Envelope.MaxDepth + 1, EnvelopeError.MalformedJson)]
    public void Nesting_has_a_limit(int depth, EnvelopeError expected)
    {
        var inner = depth - 2; // the message and its params are levels, too
        var json = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"params\":{\"a\":" + new string('[', inner) + new string(']', inner) + "}}";

        Assert.Equal(expected, Read(json).Error);
    }

    [Fact]
    public void Everything_a_request_is_routed_by_is_found()
    {
        var (error, envelope, text) = Read(
            """{"params":{"arguments":{"name":"no","uri":"no"},"_meta":{"other":{"progressToken":0},"progressToken":"p-1","io.modelcontextprotocol/protocolVersion":"2026-07-28"},"name":"echo"},"method":"tools/call","id":42,"jsonrpc":"2.0"}""");

        Assert.Equal(EnvelopeError.None, error);
        Assert.Equal("\"tools/call\"", text(envelope.MethodName));
        Assert.Equal("\"echo\"", text(envelope.Name));
        Assert.Equal("\"p-1\"", text(envelope.ProgressToken));
        Assert.Equal("\"2026-07-28\"", text(envelope.MetaProtocolVersion));
        Assert.False(envelope.CancelledId.Exists);
        Assert.False(envelope.ProtocolVersion.Exists);
    }

    [Theory]
    [InlineData("tools/call", "\"n\"")]
    [InlineData("prompts/get", "\"n\"")]
    [InlineData("resources/read", "\"u\"")]
    [InlineData("resources/subscribe", "\"u\"")]
    [InlineData("resources/unsubscribe", "\"u\"")]
    public void The_name_is_the_one_the_method_goes_by(string method, string expected)
    {
        var (_, envelope, text) = Read($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{"taskId":"t","uri":"u","name":"n"} }""");

        Assert.Equal(expected, text(envelope.Name));
    }

    [Fact]
    public void A_task_goes_by_its_id()
    {
        var (_, envelope, text) = Read("""{"jsonrpc":"2.0","id":1,"method":"tasks/result","params":{"taskId":"t"}}""");

        Assert.Equal("\"t\"", text(envelope.Name));
    }

    [Fact]
    public void A_name_that_is_no_string_is_the_upstreams_to_judge()
    {
        var (error, envelope, _) = Read("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":{"name":"x"},"_meta":[{"progressToken":1}]}}""");

        Assert.Equal(EnvelopeError.None, error);
        Assert.False(envelope.Name.Exists);
        Assert.False(envelope.ProgressToken.Exists);
    }

    [Fact]
    public void The_handshake_and_the_notifications_show_their_own_members()
    {
        var (_, initialize, inInitialize) = Read(
            """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{"roots":{ }},"requestId":9}}""");
        var (_, cancelled, inCancelled) = Read("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":9,"capabilities":{}}}""");
        var (_, progress, inProgress) = Read(
            """{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1.5,"_meta":{"progressToken":2}}}""");

        Assert.Equal("\"2025-06-18\"", inInitialize(initialize.ProtocolVersion));
        Assert.Equal("""{"roots":{ }}""", inInitialize(initialize.Capabilities));
        Assert.False(initialize.CancelledId.Exists);
        Assert.Equal("9", inCancelled(cancelled.CancelledId));
        Assert.False(cancelled.Capabilities.Exists);
        Assert.Equal("1.5", inProgress(progress.ProgressToken));
    }

    [Fact]
    public void A_response_shows_its_result_or_its_error()
    {
        var (_, result, inResult) = Read("""{"jsonrpc":"2.0","id":1,"result": {"a":[1, 2]} }""");
        var (_, error, inError) = Read("""{"jsonrpc":"2.0","id":1,"error":{"code":-32601}}""");

        Assert.Equal("""{"a":[1, 2]}""", inResult(result.Result));
        Assert.Equal("""{"code":-32601}""", inError(error.Error));
    }

    [Fact]
    public void Every_known_method_is_found_by_its_name()
    {
        var names = new Dictionary<string, McpMethod>
        {
            ["initialize"] = McpMethod.Initialize,
            ["notifications/initialized"] = McpMethod.Initialized,
            ["ping"] = McpMethod.Ping,
            ["tools/list"] = McpMethod.ToolsList,
            ["tools/call"] = McpMethod.ToolsCall,
            ["prompts/list"] = McpMethod.PromptsList,
            ["prompts/get"] = McpMethod.PromptsGet,
            ["resources/list"] = McpMethod.ResourcesList,
            ["resources/templates/list"] = McpMethod.ResourceTemplatesList,
            ["resources/read"] = McpMethod.ResourcesRead,
            ["resources/subscribe"] = McpMethod.ResourcesSubscribe,
            ["resources/unsubscribe"] = McpMethod.ResourcesUnsubscribe,
            ["completion/complete"] = McpMethod.CompletionComplete,
            ["logging/setLevel"] = McpMethod.LoggingSetLevel,
            ["notifications/cancelled"] = McpMethod.Cancelled,
            ["notifications/progress"] = McpMethod.Progress,
            ["notifications/roots/list_changed"] = McpMethod.RootsListChanged,
            ["notifications/message"] = McpMethod.LogMessage,
            ["elicitation/create"] = McpMethod.ElicitationCreate,
            ["sampling/createMessage"] = McpMethod.SamplingCreateMessage,
            ["roots/list"] = McpMethod.RootsList,
            ["notifications/tools/list_changed"] = McpMethod.ToolsListChanged,
            ["notifications/prompts/list_changed"] = McpMethod.PromptsListChanged,
            ["notifications/resources/list_changed"] = McpMethod.ResourcesListChanged,
            ["notifications/resources/updated"] = McpMethod.ResourcesUpdated,
            ["server/discover"] = McpMethod.ServerDiscover,
            ["subscriptions/listen"] = McpMethod.SubscriptionsListen,
        };

        Assert.Equal(Enum.GetValues<McpMethod>().Length - 1, names.Count);
        foreach (var (name, method) in names)
        {
            var escaped = string.Concat(name.Select(c => $"\\u{(int)c:x4}"));
            Assert.Equal(method, Read($$"""{"jsonrpc":"2.0","method":"{{name}}"}""").Envelope.Method);
            Assert.Equal(method, Read($$"""{"jsonrpc":"2.0","method":"{{escaped}}"}""").Envelope.Method);
            Assert.Equal(McpMethod.Other, Read($$"""{"jsonrpc":"2.0","method":"{{name}}x"}""").Envelope.Method);
            Assert.Equal(McpMethod.Other, Read($$"""{"jsonrpc":"2.0","method":"{{escaped}}\u00e9"}""").Envelope.Method);
        }
    }

    [Fact]
    public void The_messages_of_a_batch_are_found_one_by_one()
    {
        var batch = Encoding.UTF8.GetBytes("""[ {"jsonrpc":"2.0","id":1,"method":"ping"} , 5,{"jsonrpc":"2.0","method":"[,]"}, [] ]""");
        var messages = new List<string>();

        foreach (var message in Envelope.Messages(batch))
            messages.Add(Encoding.UTF8.GetString(message.Of(batch)));

        Assert.Equal(["""{"jsonrpc":"2.0","id":1,"method":"ping"}""", "5", """{"jsonrpc":"2.0","method":"[,]"}""", "[]"], messages);
    }

    private static (EnvelopeError Error, Envelope Envelope, Func<Slice, string> Text) Read(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        var error = Envelope.Read(bytes, out var envelope);
        return (error, envelope, slice => Encoding.UTF8.GetString(slice.Of(bytes)));
    }
}
