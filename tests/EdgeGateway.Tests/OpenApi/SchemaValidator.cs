using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeGateway.Tests.OpenApi;

/// <summary>
/// JSON Schema as far as our document uses it, and strict where the standard is generous: a keyword that is not known is an error, and an
/// object has to say what else may be in it.
/// </summary>
internal sealed class SchemaValidator(JsonObject document)
{
    private static readonly string[] Annotations = ["description", "default", "writeOnly"];

    /// <summary>What is wrong with the value, each with its place; empty when it is as described.</summary>
    public IReadOnlyList<string> Validate(JsonNode? value, JsonObject schema)
    {
        var errors = new List<string>();
        Check(value, schema, "", errors);
        return errors;
    }

    /// <summary>What <c>#/a/b</c> names.</summary>
    public JsonObject Resolve(string reference)
    {
        JsonNode? node = document;
        foreach (var step in reference.Split('/').Skip(1))
        {
            node = node?[step.Replace("~1", "/").Replace("~0", "~")];
        }

        return reference.StartsWith("#/", StringComparison.Ordinal) && node is JsonObject found
            ? found
            : throw new InvalidOperationException($"nothing is at {reference}");
    }

    private void Check(JsonNode? value, JsonObject schema, string place, List<string> errors)
    {
        if (schema.ContainsKey("type") && !Types(schema).Contains(TypeOf(value)) && !(TypeOf(value) == "integer" && Types(schema).Contains("number")))
        {
            errors.Add($"{place}: {TypeOf(value)} instead of {schema["type"]!.ToJsonString()}");
            return;
        }

        if (Types(schema).Contains("object") && !schema.ContainsKey("additionalProperties"))
        {
            errors.Add($"{place}: the schema leaves open what else may be in the object");
        }

        foreach (var (keyword, operand) in schema)
        {
            switch (keyword)
            {
                case "$ref":
                    Check(value, Resolve((string)operand!), place, errors);
                    break;
                case "anyOf":
                    if (!operand!.AsArray().Any(one => Validate(value, (JsonObject)one!).Count == 0))
                    {
                        errors.Add($"{place}: none of anyOf: {string.Join(" | ", operand.AsArray().SelectMany(one => Validate(value, (JsonObject)one!)))}");
                    }

                    break;
                case "enum" when !operand!.AsArray().Any(one => JsonNode.DeepEquals(one, value)):
                    errors.Add($"{place}: {value?.ToJsonString() ?? "null"} is none of {operand.ToJsonString()}");
                    break;
                case "minimum" when value?.GetValueKind() == JsonValueKind.Number && (double)value < (double)operand!:
                case "maximum" when value?.GetValueKind() == JsonValueKind.Number && (double)value > (double)operand!:
                case "minLength" when value?.GetValueKind() == JsonValueKind.String && ((string)value!).Length < (int)operand!:
                case "maxLength" when value?.GetValueKind() == JsonValueKind.String && ((string)value!).Length > (int)operand!:
                    errors.Add($"{place}: {value!.ToJsonString()} breaks {keyword} {operand!.ToJsonString()}");
                    break;
                case "format" when value?.GetValueKind() == JsonValueKind.String && !IsUtcTime((string)value!):
                    errors.Add($"{place}: {value!.ToJsonString()} is no time in UTC");
                    break;
                case "items" when value is JsonArray items:
                    foreach (var (index, item) in items.Index())
                    {
                        Check(item, (JsonObject)operand!, $"{place}/{index}", errors);
                    }

                    break;
                case "required" when value is JsonObject members:
                    errors.AddRange(operand!.AsArray().Where(name => !members.ContainsKey((string)name!)).Select(name => $"{place}/{name}: is missing"));
                    break;
                case "properties" when value is JsonObject members:
                    CheckMembers(members, (JsonObject)operand!, schema["additionalProperties"], place, errors);
                    break;
                case "additionalProperties" when value is JsonObject members && !schema.ContainsKey("properties"):
                    CheckMembers(members, [], operand, place, errors);
                    break;
                case "type" or "enum" or "minimum" or "maximum" or "minLength" or "maxLength" or "items" or "required" or "properties" or "additionalProperties":
                    break;
                case "format" when (string?)operand == "date-time":
                    break;
                case var annotation when Annotations.Contains(annotation):
                    break;
                default:
                    errors.Add($"{place}: the schema's {keyword} is not known here");
                    break;
            }
        }
    }

    private void CheckMembers(JsonObject members, JsonObject properties, JsonNode? others, string place, List<string> errors)
    {
        foreach (var (name, member) in members)
        {
            if (properties[name] is JsonObject described)
            {
                Check(member, described, $"{place}/{name}", errors);
            }
            else if (others is JsonObject rest)
            {
                Check(member, rest, $"{place}/{name}", errors);
            }
            else if (others is null || !(bool)others)
            {
                errors.Add($"{place}/{name}: is not documented");
            }
        }
    }

    private static IReadOnlyList<string> Types(JsonObject schema) => schema["type"] switch
    {
        null => [],
        JsonArray several => [.. several.Select(one => (string)one!)],
        var one => [(string)one!],
    };

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => decimal.IsInteger(decimal.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture)) ? "integer" : "number",
    };

    private static bool IsUtcTime(string text) =>
        text.EndsWith('Z') && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);
}
