using System.Globalization;

namespace EdgeGateway.Cli;

/// <summary>A span of time as people type it: 90m, 12h, 7d, or seconds.</summary>
internal static class Lifetime
{
    public const string Accepts = "a number with s, m, h or d, such as 12h or 7d, up to 3650d";

    /// <summary>Ten years: longer is a mistake in the unit.</summary>
    private static readonly TimeSpan Max = TimeSpan.FromDays(3650);

    public static bool TryParse(string text, out TimeSpan lifetime)
    {
        lifetime = default;
        var unit = text.Length > 0 ? char.ToLowerInvariant(text[^1]) : ' ';
        var number = char.IsAsciiDigit(unit) ? text : text[..^Math.Min(1, text.Length)];
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count == 0)
        {
            return false;
        }
        long? seconds = unit switch
        {
            'd' => 86_400,
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ when char.IsAsciiDigit(unit) => 1,
            _ => null,
        };
        if (seconds is null || seconds * count > Max.TotalSeconds)
        {
            return false;
        }
        lifetime = TimeSpan.FromSeconds(seconds.Value * count);
        return true;
    }
}
