using System.Text.Json;
using EdgeGateway.Json;

namespace EdgeGateway.ControlPlane.Http;

/// <summary>
/// Reads the members of a JSON object and notes what is wrong with each, under its pointer. A null member counts as absent,
/// an unknown one is ignored.
/// </summary>
internal sealed class JsonFields(JsonElement json, string pointer, ValidationErrors errors)
{
    public ValidationErrors Errors { get; } = errors;

    public string PointerTo(string name) => $"{pointer}/{name.Replace("~", "~0").Replace("/", "~1")}";

    public void Fail(string name, string detail) => Errors.Add(PointerTo(name), detail);

    /// <summary>Whether the member is there at all, null included.</summary>
    public bool Has(string name) => json.TryGetProperty(name, out _);

    public JsonElement? Find(string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string? Text(string name, int min, int max)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Fail(name, $"must be a string; got {Kind(value)}");
            return null;
        }

        var text = value.GetString()!;
        if (text.Length < min || text.Length > max)
        {
            Fail(name, $"must have {min} to {max} characters; got {text.Length}");
            return null;
        }

        return text;
    }

    public bool? Flag(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Fail(name, $"must be true or false; got {Kind(value)}");
        return null;
    }

    public int? Integer(string name, int min, int max)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max)
        {
            return number;
        }

        var got = value.ValueKind == JsonValueKind.Number ? Shorten(value.GetRawText()) : Kind(value);
        Fail(name, $"must be a whole number from {min} to {max}; got {got}");
        return null;
    }

    public TEnum? Choice<TEnum>(string name)
        where TEnum : struct, Enum
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        var choice = value.ValueKind == JsonValueKind.String ? WireName<TEnum>.Parse(value.GetString()!) : null;
        if (choice is null)
        {
            var got = value.ValueKind == JsonValueKind.String ? $"\"{Shorten(value.GetString()!)}\"" : Kind(value);
            Fail(name, $"must be one of {string.Join(", ", WireName<TEnum>.All)}; got {got}");
        }

        return choice;
    }

    /// <summary>The elements of an array of at most <paramref name="most"/>; empty when absent or wrong.</summary>
    public IReadOnlyList<JsonElement> Items(string name, int most)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Fail(name, $"must be an array; got {Kind(value)}");
            return [];
        }

        if (value.GetArrayLength() > most)
        {
            Fail(name, $"must have at most {most} elements; got {value.GetArrayLength()}");
            return [];
        }

        return [.. value.EnumerateArray()];
    }

    /// <summary>An array of strings, each of 1 to <paramref name="maxLength"/> characters.</summary>
    public IReadOnlyList<string> Texts(string name, int most, int maxLength)
    {
        var texts = new List<string>();
        foreach (var (index, item) in Items(name, most).Index())
        {
            if (item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 } text && text.Length <= maxLength)
            {
                texts.Add(text);
            }
            else
            {
                Errors.Add($"{PointerTo(name)}/{index}", $"must be a string of 1 to {maxLength} characters");
            }
        }

        return texts;
    }

    /// <summary>The object under <paramref name="name"/>, or null when absent or not an object.</summary>
    public JsonFields? Object(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return new JsonFields(value, PointerTo(name), Errors);
        }

        Fail(name, $"must be an object; got {Kind(value)}");
        return null;
    }

    public IEnumerable<JsonProperty> Members => json.EnumerateObject();

    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Array => "an array",
        JsonValueKind.Object => "an object",
        _ => "null",
    };

    /// <summary>What a client sent goes back to it, but not a megabyte of it.</summary>
    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
