using EdgeGateway.DataPath.Listen;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.DataPath.Relay.Modern.Tools;

/// <summary>One argument of a tool that a client repeats as a header (2026-07-28, Streamable HTTP, Custom Headers from Tool Parameters).</summary>
/// <param name="Name">As the schema gives it, behind <c>Mcp-Param-</c>.</param>
/// <param name="Path">The names that lead to the argument.</param>
/// <param name="Type">What the schema says it is.</param>
internal sealed record HeaderParameter(string Name, IReadOnlyList<string> Path, ParameterType Type)
{
    /// <summary>Beyond that an integer is not the same number to everybody who reads it (the revision's bound: 2⁵³ − 1).</summary>
    private const long SafestInteger = (1L << 53) - 1;

    /// <summary>The header of a call; null where there is no such argument, or it is none of its type: then the server is to judge it.</summary>
    /// <param name="arguments">Raw; empty for none.</param>
    public KeyValuePair<string, string>? Of(ReadOnlySpan<byte> arguments)
    {
        var value = arguments;
        foreach (var name in Path)
        {
            value = Member(value, name);
        }

        return value.IsEmpty || Text(value) is not { } text ? null : new(McpHeaders.ParamPrefix + Name, HeaderValue.Encode(text));
    }

    private static ReadOnlySpan<byte> Member(ReadOnlySpan<byte> json, string name)
    {
        for (var members = new JsonMembers(json); members.Next();)
        {
            if (JsonText.Decode(members.RawName) == name)
            {
                return members.Value;
            }
        }

        return default;
    }

    private string? Text(ReadOnlySpan<byte> value) => Type switch
    {
        ParameterType.String when value[0] == '"' => JsonText.Decode(value),
        ParameterType.Boolean when value[0] == 't' => "true",
        ParameterType.Boolean when value[0] == 'f' => "false",
        ParameterType.Integer when value[0] is (byte)'-' or (>= (byte)'0' and <= (byte)'9') => Decimal(value),
        _ => null,
    };

    /// <summary>1e2 and 100.0 are integers, too, and are written as 100.</summary>
    private static string? Decimal(ReadOnlySpan<byte> number) =>
        double.TryParse(number, System.Globalization.CultureInfo.InvariantCulture, out var value) && double.IsInteger(value) && Math.Abs(value) <= SafestInteger
            ? ((long)value).ToString(System.Globalization.CultureInfo.InvariantCulture)
            : null;
}

/// <summary>What may become a header.</summary>
internal enum ParameterType
{
    /// <summary>A text.</summary>
    String,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>True or false.</summary>
    Boolean,
}
