using System.Security.Cryptography;
using System.Text;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Acquire;

/// <summary>Tells the pool who asks: principal, class, credential and sticky key of a request (pool.md section 2).</summary>
internal static class Callers
{
    public static Caller From(HttpRequest request, ServerRoute route, Principal principal, SessionClass sessionClass) =>
        new(principal.Name, sessionClass, CredentialOf(request, route, principal), StickyKeyOf(request, route));

    /// <summary>The authorization to send with this one request upstream: only what the operator passes through.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> RequestHeaders(HttpRequest request, ServerRoute route) =>
        route.Server.PassthroughHeaders.Contains("authorization") && request.Headers.Authorization.ToString() is { Length: > 0 } value
            ? [new("Authorization", value)]
            : [];

    /// <summary>
    /// The stored credential, or one of the caller's own when the server passes headers through and the caller brought some.
    /// The principal is part of the fingerprint then: passing headers through isolates at least by user.
    /// </summary>
    public static Credential CredentialOf(HttpRequest request, ServerRoute route, Principal principal)
    {
        // The pool's own object: what is the same needs no comparing.
        var stored = route.Pool.Options.Credential;
        if (route.Server.PassthroughHeaders.Count == 0)
        {
            return stored;
        }

        var headers = new List<KeyValuePair<string, string>>();

        // With its length, so that no name can pass for another name and a header.
        var fingerprint = new StringBuilder(stored.Fingerprint).Append('\n').Append(principal.Name.Length).Append(':').Append(principal.Name);
        foreach (var name in route.Server.PassthroughHeaders)
        {
            if (request.Headers[name].ToString() is not { Length: > 0 } value)
            {
                continue;
            }

            headers.Add(new(name, value));
            if (name != "authorization")
            {
                fingerprint.Append('\n').Append(name).Append(':').Append(value);
            }
        }

        return headers.Count == 0 ? stored : new Credential(Hash(fingerprint), IsStored: false, headers);
    }

    private static string Hash(StringBuilder text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));

    /// <summary>The value of the header the operator named, or null.</summary>
    public static string? StickyKeyOf(HttpRequest request, ServerRoute route) =>
        route.Server.Pool?.StickyHeader is { } name && request.Headers[name].ToString() is { Length: > 0 } value ? value : null;
}
