namespace EdgeGateway.Configuration;

/// <summary>ALLOWED_ORIGINS: a comma-separated list, or the JSON list ContextForge's <c>.env</c> has.</summary>
internal static class AllowedOrigins
{
    public const string Accepts = "a comma-separated list of origins such as https://console.example (scheme and host, no path, no *)";

    /// <summary>A longer list is a mistake, and it is searched on every browser request.</summary>
    private const int Limit = 100;

    public static string? Read(string text, ref GatewayOptions options)
    {
        var list = text is ['[', .. var inner, ']'] ? inner : text;
        var origins = new List<string>();
        foreach (var item in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Normalize(item.Trim('"', '\'')) is not { } origin || origins.Count == Limit)
            {
                return Accepts;
            }
            origins.Add(origin);
        }
        options = options with { AllowedOrigins = origins };
        return null;
    }

    /// <summary>The form a browser sends: lower case, default port left out, no slash at the end; null when it is no origin.</summary>
    private static string? Normalize(string item) =>
        Uri.TryCreate(item, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0 && !uri.Host.Contains('*')
            ? uri.GetLeftPart(UriPartial.Authority)
            : null;
}
