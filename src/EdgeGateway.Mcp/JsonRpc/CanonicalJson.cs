using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace EdgeGateway.Mcp.JsonRpc;

/// <summary>One spelling for equal JSON: members sorted by name, no white space; so that equal client capabilities make one session class.</summary>
public static class CanonicalJson
{
    /// <summary>
    /// The canonical text of a JSON object: members sorted by name (ordinal, duplicates in their order), strings escaped
    /// only where JSON demands it, numbers as they are written (1 and 1.0 differ).
    /// </summary>
    /// <param name="json">UTF-8 JSON, valid.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static string Of(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, EnvelopeScanner.Options);
        using var document = JsonDocument.ParseValue(ref reader);
        var output = new StringBuilder(json.Length);
        Append(output, document.RootElement);
        return output.ToString();
    }

    private static void Append(StringBuilder output, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(output, element);
                break;
            case JsonValueKind.Array:
                AppendArray(output, element);
                break;
            case JsonValueKind.String:
                JsonText.AppendQuoted(output, JsonText.Decode(JsonMarshal.GetRawUtf8Value(element)));
                break;
            default:
                output.Append(element.GetRawText());
                break;
        }
    }

    private static void AppendObject(StringBuilder output, JsonElement element)
    {
        var members = element.EnumerateObject()
            .Select(member => (Name: JsonText.DecodeInner(JsonMarshal.GetRawUtf8PropertyName(member)), member.Value))
            .OrderBy(member => member.Name, StringComparer.Ordinal);
        var separator = '{';
        foreach (var (name, value) in members)
        {
            JsonText.AppendQuoted(output.Append(separator), name);
            Append(output.Append(':'), value);
            separator = ',';
        }

        output.Append(separator == '{' ? "{}" : "}");
    }

    private static void AppendArray(StringBuilder output, JsonElement element)
    {
        var separator = '[';
        foreach (var item in element.EnumerateArray())
        {
            Append(output.Append(separator), item);
            separator = ',';
        }

        output.Append(separator == '[' ? "[]" : "]");
    }
}
