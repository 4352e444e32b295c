namespace EdgeGateway.Mcp.Upstream.Http.Lean;

/// <summary>Where connections lead: those to one origin are as good as each other.</summary>
/// <param name="Host">Name or address to connect to.</param>
/// <param name="Port">Port to connect to.</param>
/// <param name="TlsName">Name the certificate must be for; null speaks without TLS.</param>
internal sealed record Origin(string Host, int Port, string? TlsName)
{
    public static Origin Of(HttpHead head) => new(
        head.Url.IdnHost, head.Url.Port, head.Url.Scheme == Uri.UriSchemeHttps ? TlsNameOf(head) : null);

    /// <summary>A configured Host header names the certificate too, as it does with the standard handler.</summary>
    private static string TlsNameOf(HttpHead head)
    {
        foreach (var (name, value) in head.Headers)
        {
            if (name.Equals("Host", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate($"https://{value}/", UriKind.Absolute, out var sent))
                return sent.IdnHost;
        }

        return head.Url.IdnHost;
    }
}
