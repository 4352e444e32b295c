using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Problems;

namespace EdgeGateway.ControlPlane.Http;

/// <summary>Reads the JSON object a control-plane request carries.</summary>
internal sealed class BodyReader(GatewayOptions options)
{
    /// <summary>The largest document of the REST API is a server with a certificate bundle; a megabyte is ample.</summary>
    private const int Most = 1024 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly int _limit = Math.Min(Most, options.MaxBodyBytes);

    /// <summary>The body's root as an object's fields, or 400, 413, 415.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mayBeEmpty">An absent body reads as <c>{}</c>.</param>
    public async Task<Outcome<JsonObjectBody>> ReadAsync(HttpRequest request, bool mayBeEmpty = false)
    {
        if (request.ContentLength > _limit)
        {
            return Problem.Of(ProblemTypes.BodyTooLarge, $"the body has {request.ContentLength} bytes; at most {_limit} are read");
        }

        var buffer = new ArrayBufferWriter<byte>(4096);
        int read;
        while ((read = await request.Body.ReadAsync(buffer.GetMemory(4096), request.HttpContext.RequestAborted)) > 0)
        {
            buffer.Advance(read);
            if (buffer.WrittenCount > _limit)
            {
                return Problem.Of(ProblemTypes.BodyTooLarge, $"the body has more than {_limit} bytes; at most that many are read");
            }
        }

        if (buffer.WrittenCount == 0)
        {
            return mayBeEmpty
                ? new JsonObjectBody(JsonElement.Parse("{}"))
                : Problem.Of(ProblemTypes.Malformed, "the body is empty; send a JSON object");
        }

        return IsJsonType(request.ContentType)
            ? Parse(buffer.WrittenSpan)
            : Problem.Of(ProblemTypes.UnsupportedMediaType, "send the body with Content-Type: application/json");
    }

    private static Outcome<JsonObjectBody> Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            if (!IsText(utf8))
            {
                return Problem.Of(ProblemTypes.Malformed, "the body contains text that is not Unicode: invalid UTF-8, or half a surrogate pair");
            }

            var root = JsonElement.Parse(utf8, Strict);
            return root.ValueKind == JsonValueKind.Object
                ? new JsonObjectBody(root)
                : Problem.Of(ProblemTypes.Malformed, $"the body is {JsonFields.Kind(root)}; send a JSON object");
        }
        catch (JsonException e)
        {
            // The parser's own text may quote the body; a position says enough.
            var where = e.LineNumber is { } line ? $" near line {line + 1}, byte {e.BytePositionInLine + 1}" : "";
            return Problem.Of(ProblemTypes.Malformed, $"the body {(IsJson(utf8) ? "names a member twice" : "is not valid JSON")}{where}");
        }
    }

    /// <summary>Whether it would be JSON if duplicate members were allowed.</summary>
    private static bool IsJson(ReadOnlySpan<byte> utf8)
    {
        try
        {
            JsonElement.Parse(utf8);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The parser takes strings as they come; reading one that is no Unicode text would fail later.</summary>
    private static bool IsText(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            return false;
        }

        var reader = new Utf8JsonReader(utf8);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
            {
                try
                {
                    reader.GetString();
                }
                catch (InvalidOperationException)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool IsJsonType(string? contentType)
    {
        var mediaType = contentType.AsSpan();
        var end = mediaType.IndexOf(';');
        mediaType = (end < 0 ? mediaType : mediaType[..end]).Trim();
        return mediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (mediaType.StartsWith("application/", StringComparison.OrdinalIgnoreCase)
                && mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>A parsed JSON object.</summary>
internal sealed record JsonObjectBody(JsonElement Root)
{
    public JsonFields Fields(ValidationErrors errors) => new(Root, "", errors);
}
