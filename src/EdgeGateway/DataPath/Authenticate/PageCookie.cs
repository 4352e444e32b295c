namespace EdgeGateway.DataPath.Authenticate;

/// <summary>The cookie of the admin page: how it is set, and when a request that carries it is the page's own.</summary>
internal static class PageCookie
{
    public const string Name = "edge_gateway_session";

    public static void Set(HttpResponse response, string text, TimeSpan life) => response.Cookies.Append(Name, text, Options(response, life));

    public static void Clear(HttpResponse response) => response.Cookies.Delete(Name, Options(response, null));

    public static string? Of(HttpRequest request) => request.Cookies[Name];

    /// <summary>
    /// Null when the request comes from a page of this origin, or changes nothing. A browser sends the cookie with whatever a page makes it
    /// send, so a change counts only from our own; SameSite=Strict says the same, to browsers that know it.
    /// </summary>
    public static string? RefuseForeign(HttpRequest request, string? publicUrl)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            return null;
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0 && (IsSame(origin, $"{request.Scheme}://{request.Host}") || IsSame(origin, publicUrl))
            ? null
            : "With the page's cookie, changes are taken from the page's own origin only. Programs send Authorization: Bearer TOKEN.";
    }

    private static bool IsSame(string origin, string? own) => own is not null && origin.Equals(own.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);

    /// <summary>Also where a proxy in front speaks TLS: the browser says which scheme it sees.</summary>
    private static bool IsHttps(HttpRequest request) => request.IsHttps || request.Headers.Origin.ToString().StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static CookieOptions Options(HttpResponse response, TimeSpan? life) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = IsHttps(response.HttpContext.Request),
        Path = "/",
        MaxAge = life,
    };
}
