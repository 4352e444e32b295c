using System.Runtime.CompilerServices;
using EdgeGateway.Configuration;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace EdgeGateway.DataPath.Authenticate;

/// <summary>
/// Turns an Authorization header into a principal (api.md, Tokens). A token seen before costs one look-up, on a new connection also a hash;
/// a new one is validated in full: signature with the one configured algorithm, issuer, audience, times.
/// </summary>
internal sealed class JwtGate
{
    private const string Scheme = "Bearer ";

    private const string Hint = "Create a new one: edge-gateway token create";

    /// <summary>How far the clocks of gateway and issuer may differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    private readonly GatewayOptions _options;
    private readonly TimeProvider _clock;
    private readonly Revocations? _revocations;
    private readonly ProtectedResource _resource;
    private readonly TokenCache _cache = new();

    // By the very object, not by its text: the server keeps a header's string for the next request of its connection that sends the same
    // bytes, which saves that request the hash. Goes with the string, so no token stays in memory longer than the connection it came on.
    private readonly ConditionalWeakTable<string, Principal> _seen = [];
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = TokenHash.TokenLengthMax };

    private readonly TokenValidationParameters? _rules;

    /// <param name="options">Key, algorithm, issuer and audiences.</param>
    /// <param name="clock">Tells whether a token is valid now.</param>
    /// <param name="revocations">What ended before its time; null where nobody knows, as on the command line.</param>
    public JwtGate(GatewayOptions options, TimeProvider clock, Revocations? revocations = null)
    {
        (_options, _clock, _revocations) = (options, clock, revocations);
        _resource = new(options);
        _rules = !options.AuthRequired ? null : new()
        {
            // One algorithm and one key: a token cannot choose "none", nor have the public key taken for a shared secret.
            ValidAlgorithms = [options.JwtAlgorithm],
            IssuerSigningKey = VerificationKey.Of(options),
            TryAllIssuerSigningKeys = true, // whatever "kid" the token names
            RequireSignedTokens = true,
            ValidIssuer = options.JwtIssuer,
            AudienceValidator = (audiences, _, _) => AudienceOf(audiences, options, _resource).IsOurs,
            // Times are checked in Read, by the injected clock.
            ValidateLifetime = false,
        };
    }

    /// <summary>The MCP endpoints as OAuth sees them.</summary>
    public ProtectedResource Resource => _resource;

    /// <summary>The fast path: a token that was validated before and still holds. No lock; no allocation but for a connection's first request.</summary>
    public bool TryGetCached(string? authorizationHeader, out Principal principal)
    {
        if (_rules is null)
        {
            principal = Principal.Anonymous;
            return true;
        }
        principal = null!;
        if (authorizationHeader is null)
        {
            return false;
        }
        if (_seen.TryGetValue(authorizationHeader, out principal!))
        {
            if (StillHolds(principal))
            {
                return true;
            }
            _seen.Remove(authorizationHeader);
        }
        if (!TryGetToken(authorizationHeader, out var token) || !TokenHash.TryCompute(token, out var hash) || !_cache.TryGet(hash, out principal))
        {
            return false;
        }
        if (!StillHolds(principal))
        {
            _cache.Remove(hash);
            return false;
        }
        _seen.AddOrUpdate(authorizationHeader, principal);
        return true;
    }

    public ValueTask<AuthResult> AuthenticateAsync(string? authorizationHeader)
    {
        if (TryGetCached(authorizationHeader, out var principal))
        {
            return new(AuthResult.Accepted(principal));
        }
        if (string.IsNullOrWhiteSpace(authorizationHeader))
        {
            return new(AuthResult.NoToken);
        }
        if (!TryGetToken(authorizationHeader, out var token))
        {
            return new(AuthResult.Refused("The Authorization header must be \"Bearer TOKEN\"; no other scheme is accepted."));
        }
        return TokenHash.TryCompute(token, out var hash)
            ? ValidateAsync(token.ToString(), hash)
            : new(AuthResult.Refused($"The token is longer than {TokenHash.TokenLengthMax} characters or not ASCII. {Hint}"));
    }

    private static bool TryGetToken(ReadOnlySpan<char> header, out ReadOnlySpan<char> token)
    {
        header = header.Trim();
        var isBearer = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);
        token = isBearer ? header[Scheme.Length..].TrimStart() : default;
        return isBearer;
    }

    private async ValueTask<AuthResult> ValidateAsync(string text, TokenHash hash)
    {
        var validated = await _handler.ValidateTokenAsync(text, _rules);
        if (!validated.IsValid)
        {
            return AuthResult.Refused(Explain(validated.Exception));
        }
        var result = Read((JsonWebToken)validated.SecurityToken);
        if (result.Principal is { } principal)
        {
            _cache.Add(hash, principal);
        }
        return result;
    }

    /// <summary>Everything but signature, issuer and audience, which hold.</summary>
    private AuthResult Read(JsonWebToken token)
    {
        if (token.TryGetHeaderValue<object>("crit", out _))
        {
            return AuthResult.Refused($"The token demands an extension this gateway does not know (crit). {Hint}");
        }
        if (TokenClaims.Read(Base64UrlEncoder.DecodeBytes(token.EncodedPayload), out var error) is not { } claims)
        {
            return AuthResult.Refused(error!);
        }
        var now = _clock.GetUtcNow();
        if (claims.Expires is not { } expires)
        {
            return AuthResult.Refused($"The token has no expiry (exp), or one that is not a number. {Hint}");
        }
        if (now >= expires + Skew)
        {
            return AuthResult.Refused($"The token expired at {expires:yyyy-MM-dd'T'HH:mm:ss'Z'}. {Hint}");
        }
        if (claims.NotBefore is { } start && now < start - Skew)
        {
            return AuthResult.Refused($"The token is valid only from {start:yyyy-MM-dd'T'HH:mm:ss'Z'} on (nbf); check the clocks.");
        }
        if (claims.Name is not { } name)
        {
            return AuthResult.Refused($"The token names no subject (sub). {Hint}");
        }
        var principal = new Principal(name, claims.Permissions, claims.ServerId, expires) { TokenId = claims.TokenId };
        if (IsRevoked(principal))
        {
            return AuthResult.Refused($"The token was revoked. {Hint}");
        }
        if (AudienceOf(token.Audiences, _options, _resource).ServerId is not { } served)
        {
            return AuthResult.Accepted(principal);
        }
        // Issued for one endpoint: it opens that server's MCP endpoints and nothing else, whatever else it says.
        return principal.MayUse(served)
            ? AuthResult.Accepted(principal with { ServerId = served, Permissions = principal.Permissions & Permissions.McpInvoke })
            : AuthResult.Refused("The token's audience (aud) is the endpoint of another server than its scopes.server_id allows.");
    }

    private bool StillHolds(Principal principal) => _clock.GetUtcNow() < principal.ExpiresAt + Skew && !IsRevoked(principal);

    /// <summary>Asked by the fast path too, not only before a token is cached: one look into a dictionary without a lock.</summary>
    private bool IsRevoked(Principal principal) => principal.TokenId is { } id && _revocations?.Contains(id) == true;

    /// <summary>Whether a token is meant for this gateway; for which server, where it is for one endpoint only (RFC 8707).</summary>
    private static (bool IsOurs, string? ServerId) AudienceOf(IEnumerable<string> audiences, GatewayOptions options, ProtectedResource resource)
    {
        string? served = null;
        foreach (var audience in audiences)
        {
            if (audience == options.JwtAudience)
            {
                return (true, null);
            }
            if (resource.ServerOf(audience) is not { } server)
            {
                continue;
            }
            if (served is not null && served != server)
            {
                // Which of them it is for, only its issuer knows.
                return (false, null);
            }
            served = server;
        }
        return (served is not null, served);
    }

    /// <summary>The library's own text could repeat parts of the token; the caller gets the reason only.</summary>
    private static string Explain(Exception failure) => failure switch
    {
        SecurityTokenInvalidIssuerException => "The token's issuer (iss) is not the one this gateway accepts (JWT_ISSUER).",
        SecurityTokenInvalidAudienceException => "The token's audience (aud) is not the one this gateway accepts (JWT_AUDIENCE), nor the URI of one of its MCP endpoints (PUBLIC_URL).",
        SecurityTokenInvalidAlgorithmException => "The token is signed with another algorithm than this gateway accepts (JWT_ALGORITHM).",
        SecurityTokenMalformedException or ArgumentException => $"The token is not a JWT: three base64url parts, with numbers for its times. {Hint}",
        _ => $"The token's signature does not fit this gateway's key. {Hint}",
    };
}
