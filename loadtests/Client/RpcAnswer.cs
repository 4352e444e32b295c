using System.Text.Json;

namespace EdgeGateway.LoadTests.Client;

/// <summary>Whether a body is the JSON-RPC answer to a request of ours.</summary>
internal static class RpcAnswer
{
    /// <summary>Isolation broke: somebody else's answer came.</summary>
    public const string OtherId = "answered with another id";

    public const string NoAnswer = "no JSON-RPC answer in the body";

    /// <param name="body">JSON, or events of which one is the answer.</param>
    /// <param name="isEventStream">Which of the two.</param>
    /// <param name="id">As it stood in the request.</param>
    /// <returns>Null when it is, and no error; otherwise what is wrong.</returns>
    public static string? Check(ReadOnlySpan<byte> body, bool isEventStream, ReadOnlySpan<byte> id)
    {
        if (!isEventStream)
        {
            return TryJudge(body, id, out var wrong) ? wrong : NoAnswer;
        }

        foreach (var range in body.Split((byte)'\n'))
        {
            var line = body[range];
            if (line.StartsWith("data:"u8) && TryJudge(line["data:".Length..], id, out var wrong))
            {
                return wrong;
            }
        }

        return NoAnswer;
    }

    /// <returns>Whether the message is an answer: not a notification, nor a request of the server.</returns>
    private static bool TryJudge(ReadOnlySpan<byte> message, ReadOnlySpan<byte> id, out string? wrong)
    {
        var (isOurs, isAnswer, error) = (false, false, (string?)null);
        try
        {
            var json = new Utf8JsonReader(message);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isId = json.ValueTextEquals("id"u8);
                var isResult = json.ValueTextEquals("result"u8);
                var isError = json.ValueTextEquals("error"u8);
                json.Read();
                isOurs |= isId && json.ValueSpan.SequenceEqual(id);
                isAnswer |= isResult || isError;
                error = isResult ? ErrorOfTool(ref json) : isError ? ErrorOfRequest(ref json) : error;
                json.Skip();
            }
        }
        catch (JsonException)
        {
            (isAnswer, error) = (true, NoAnswer);
        }

        wrong = error ?? (isOurs ? null : OtherId);
        return isAnswer;
    }

    private static string? ErrorOfTool(ref Utf8JsonReader result)
    {
        string? error = null;
        var isObject = result.TokenType == JsonTokenType.StartObject;
        while (isObject && result.Read() && result.TokenType == JsonTokenType.PropertyName)
        {
            var isError = result.ValueTextEquals("isError"u8);
            result.Read();
            error = isError && result.TokenType == JsonTokenType.True ? "the tool failed" : error;
            result.Skip();
        }

        return error;
    }

    private static string ErrorOfRequest(ref Utf8JsonReader error)
    {
        var code = 0;
        var isObject = error.TokenType == JsonTokenType.StartObject;
        while (isObject && error.Read() && error.TokenType == JsonTokenType.PropertyName)
        {
            var isCode = error.ValueTextEquals("code"u8);
            error.Read();
            code = isCode && error.TryGetInt32(out var value) ? value : code;
            error.Skip();
        }

        return $"JSON-RPC error {code}";
    }
}
