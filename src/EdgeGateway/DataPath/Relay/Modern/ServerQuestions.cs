using System.Buffers;
using System.Text.Json;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.DataPath.Relay.Modern;

/// <summary>What a legacy server has asked during one request and waits for: the <c>inputRequests</c> of a modern client, and the way back.</summary>
internal sealed class ServerQuestions
{
    /// <summary>A server that asks more at once asks no person.</summary>
    public const int Most = 32;

    private readonly List<Question> _open = [];
    private int _asked;

    public bool Any => _open.Count > 0;

    public bool IsFull => _open.Count >= Most;

    /// <param name="message">The server's request, whole.</param>
    /// <param name="envelope">Its parts.</param>
    public void Add(ReadOnlySpan<byte> message, in Envelope envelope)
    {
        _asked++;
        var id = envelope.Id.Of(message).ToArray();
        _open.Add(new Question(KeyOf(id), id, envelope.MethodName.Of(message).ToArray(), envelope.Params.Of(message).ToArray()));
    }

    /// <summary>A server that names its requests names them for the client too; a number says nothing.</summary>
    private string KeyOf(byte[] id) =>
        id[0] == '"' && JsonText.Decode(id) is { Length: > 0 and <= 64 } name && !_open.Exists(question => question.Key == name) ? name : $"input_{_asked}";

    /// <summary>Takes what the client answers; what it leaves out, or answers with no object, stays open.</summary>
    /// <param name="inputResponses">Raw; keys that nobody asked for are ignored.</param>
    /// <returns>The responses to send upstream.</returns>
    public List<ReadOnlyMemory<byte>> Take(ReadOnlySpan<byte> inputResponses)
    {
        var responses = new List<ReadOnlyMemory<byte>>();
        for (var members = new JsonMembers(inputResponses); members.Next();)
        {
            var key = JsonText.Decode(members.RawName);
            var at = _open.FindIndex(question => question.Key == key);
            if (at < 0 || members.Value[0] != '{')
            {
                continue;
            }

            var output = new ArrayBufferWriter<byte>(members.Value.Length + 64);
            JsonRpcResult.Write(output, _open[at].Id, members.Value);
            responses.Add(output.WrittenMemory);
            _open.RemoveAt(at);
        }

        return responses;
    }

    /// <summary>The result that asks the client for all that is open.</summary>
    public ReadOnlyMemory<byte> ToResult(string requestState)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("resultType"u8, "input_required"u8);
            json.WriteStartObject("inputRequests"u8);
            foreach (var question in _open)
            {
                json.WriteStartObject(question.Key);
                json.WritePropertyName("method"u8);
                json.WriteRawValue(question.Method, skipInputValidation: true);
                if (question.Params.Length > 0)
                {
                    json.WritePropertyName("params"u8);
                    json.WriteRawValue(question.Params, skipInputValidation: true);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteString("requestState"u8, requestState);
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    /// <param name="Key">As the client knows it.</param>
    /// <param name="Id">As the server knows it, raw.</param>
    /// <param name="Method">Raw.</param>
    /// <param name="Params">Raw; empty for none.</param>
    private sealed record Question(string Key, byte[] Id, byte[] Method, byte[] Params);
}
