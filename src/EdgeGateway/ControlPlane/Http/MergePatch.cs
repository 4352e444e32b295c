using System.Text.Json;
using System.Text.Json.Nodes;

namespace EdgeGateway.ControlPlane.Http;

/// <summary>JSON Merge Patch, RFC 7396.</summary>
internal static class MergePatch
{
    /// <summary>Changes <paramref name="target"/> as the patch says: null removes, an object merges, anything else replaces.</summary>
    public static void Apply(JsonObject target, JsonElement patch)
    {
        foreach (var member in patch.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
            {
                target.Remove(member.Name);
            }
            else if (member.Value.ValueKind == JsonValueKind.Object)
            {
                // Merged into an empty object even where the target has none: nested nulls must vanish.
                if (target[member.Name] is not JsonObject inner)
                {
                    target[member.Name] = inner = [];
                }

                Apply(inner, member.Value);
            }
            else
            {
                target[member.Name] = member.Value.ValueKind == JsonValueKind.Array
                    ? JsonArray.Create(member.Value)
                    : JsonValue.Create(member.Value);
            }
        }
    }
}
