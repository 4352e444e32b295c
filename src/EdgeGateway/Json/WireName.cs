using System.Text.Json;

namespace EdgeGateway.Json;

/// <summary>The names an enum has on the wire: snake_case of its members, in declaration order.</summary>
internal static class WireName<TEnum>
    where TEnum : struct, Enum
{
    private static readonly TEnum[] Values = Enum.GetValues<TEnum>();

    public static IReadOnlyList<string> All { get; } =
        [.. Enum.GetNames<TEnum>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    public static string Of(TEnum value) => All[Array.IndexOf(Values, value)];

    public static TEnum? Parse(string name)
    {
        for (var i = 0; i < Values.Length; i++)
        {
            if (All[i] == name)
            {
                return Values[i];
            }
        }

        return null;
    }
}
