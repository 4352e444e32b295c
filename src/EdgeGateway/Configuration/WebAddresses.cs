namespace EdgeGateway.Configuration;

/// <summary>Settings that are addresses on the web: PUBLIC_URL, OAUTH_AUTHORIZATION_SERVERS, OTEL_EXPORTER_OTLP_ENDPOINT.</summary>
internal static class WebAddresses
{
    public const string AcceptsOrigin = "an address such as https://gateway.example (scheme, host and port, no path)";

    public const string AcceptsIssuers = "a comma-separated list of issuers such as https://login.example/realm (http or https, no query, no fragment)";

    public const string AcceptsCollector = "an address such as http://127.0.0.1:4317 (http or https)";

    /// <summary>Clients try them in turn; more than a few is a mistake.</summary>
    private const int Limit = 20;

    public static string? ReadPublicUrl(string text, ref GatewayOptions options)
    {
        if (Read(text) is not { PathAndQuery: "/" } uri)
        {
            return AcceptsOrigin;
        }
        options = options with { PublicUrl = uri.GetLeftPart(UriPartial.Authority) };
        return null;
    }

    public static string? ReadIssuers(string text, ref GatewayOptions options)
    {
        var issuers = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (issuers.Length is 0 or > Limit || !Array.TrueForAll(issuers, issuer => Read(issuer) is { Query: "" }))
        {
            return AcceptsIssuers;
        }
        // As written: an issuer is compared letter by letter (RFC 8414, 3.3).
        options = options with { AuthorizationServers = issuers };
        return null;
    }

    public static string? ReadCollector(string text, ref GatewayOptions options)
    {
        if (Read(text) is not { Query: "" } uri)
        {
            return AcceptsCollector;
        }
        options = options with { Otlp = options.Otlp with { Endpoint = uri } };
        return null;
    }

    private static Uri? Read(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0 ? uri : null;
}
