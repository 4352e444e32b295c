using System.Globalization;

namespace EdgeGateway.Configuration;

/// <summary>The kinds of value a setting can have.</summary>
internal static class SettingKinds
{
    public static Setting Integer(
        string variable, SettingGroup group, string? unset, int min, int max, string help, Func<GatewayOptions, int, GatewayOptions> apply)
    {
        var accepts = $"a whole number from {min} to {max}";
        return new(variable, group, unset, accepts, $"{min}–{max}", help, Read) { ValueName = "N" };

        string? Read(string text, ref GatewayOptions options)
        {
            if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) || value < min || value > max)
            {
                return accepts;
            }
            options = apply(options, value);
            return null;
        }
    }

    public static Setting Boolean(
        string variable, SettingGroup group, bool unset, string help, Func<GatewayOptions, bool, GatewayOptions> apply)
    {
        const string Accepts = "true or false (1, 0, yes, no, on, off)";
        return new(variable, group, unset ? "true" : "false", Accepts, "true, false", help, Read) { ValueName = "BOOL", IsSwitch = true };

        string? Read(string text, ref GatewayOptions options)
        {
            bool? value = text.ToLowerInvariant() switch
            {
                "true" or "1" or "yes" or "on" => true,
                "false" or "0" or "no" or "off" => false,
                _ => null,
            };
            if (value is null)
            {
                return Accepts;
            }
            options = apply(options, value.Value);
            return null;
        }
    }

    /// <summary>One of a few names; case does not matter.</summary>
    public static Setting Choice<T>(
        string variable, SettingGroup group, string unset, (string Name, T Value)[] choices, string help,
        Func<GatewayOptions, T, GatewayOptions> apply)
    {
        var names = string.Join(", ", choices.Select(choice => choice.Name));
        var accepts = "one of " + names;
        return new(variable, group, unset, accepts, names, help, Read) { ValueName = "NAME" };

        string? Read(string text, ref GatewayOptions options)
        {
            foreach (var (name, value) in choices)
            {
                if (string.Equals(name, text, StringComparison.OrdinalIgnoreCase))
                {
                    options = apply(options, value);
                    return null;
                }
            }
            return accepts;
        }
    }

    public static Setting Text(
        string variable, SettingGroup group, string? unset, string valueName, string help, Func<GatewayOptions, string, GatewayOptions> apply)
    {
        return new(variable, group, unset, "text", "", help, Read) { ValueName = valueName };

        string? Read(string text, ref GatewayOptions options)
        {
            options = apply(options, text);
            return null;
        }
    }
}
