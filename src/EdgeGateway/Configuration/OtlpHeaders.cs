namespace EdgeGateway.Configuration;

/// <summary>OTEL_EXPORTER_OTLP_HEADERS, as OpenTelemetry writes it: name=value, comma-separated.</summary>
internal static class OtlpHeaders
{
    public const string Accepts = "headers such as authorization=Bearer x,tenant=y";

    public static string? Read(string text, ref GatewayOptions options)
    {
        foreach (var pair in text.Split(','))
        {
            // The name is a token of HTTP, the value anything that fits into a header.
            var name = pair.AsSpan(0, Math.Max(0, pair.IndexOf('='))).Trim();
            if (name.IsEmpty || name.ContainsAnyExcept(Token) || pair.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                return Accepts;
            }
        }
        options = options with { Otlp = options.Otlp with { Headers = text } };
        return null;
    }

    private static readonly System.Buffers.SearchValues<char> Token =
        System.Buffers.SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}
