namespace EdgeGateway.DataPath.Authenticate;

/// <summary>Who calls, or why the call is refused with 401.</summary>
/// <param name="Principal">Null when refused.</param>
/// <param name="Error">For the caller: what is wrong with the token and what to do. Null when there was no token, or nothing is wrong.</param>
internal readonly record struct AuthResult(Principal? Principal, string? Error)
{
    /// <summary>No Authorization header at all.</summary>
    public static AuthResult NoToken => default;

    public static AuthResult Accepted(Principal principal) => new(principal, null);

    public static AuthResult Refused(string error) => new(null, error);

    /// <summary>Value of <c>WWW-Authenticate</c> (RFC 6750, 3): without an error code when no token was sent.</summary>
    public string Challenge => Error is null
        ? "Bearer realm=\"edge-gateway\""
        : $"Bearer realm=\"edge-gateway\", error=\"invalid_token\", error_description=\"{Error.Replace('"', '\'')}\"";

    /// <summary>The sentence for the body of the 401.</summary>
    public string Detail => Error ?? "This call needs a token: send it as \"Authorization: Bearer TOKEN\". Create one: edge-gateway token create";
}
