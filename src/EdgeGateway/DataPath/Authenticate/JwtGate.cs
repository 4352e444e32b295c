using EdgeGateway.Configuration;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace EdgeGateway.DataPath.Authenticate;

/// <summary>
/// Turns an Authorization header into a principal (api.md, Tokens). A token seen before costs one hash and one look-up;
/// a new one is validated in full: signature with the one configured algorithm, issuer, audience, times.
/// </summary>
internal sealed class JwtGate(GatewayOptions options, TimeProvider clock)
{
    private const string Scheme = "Bearer ";

    private const string Hint = "Create a new one: edge-gateway token create";

    /// <summary>How far the clocks of gateway and issuer may differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    private readonly TokenCache _cache = new();
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = TokenHash.TokenLengthMax };

    private readonly TokenValidationParameters? _rules = !options.AuthRequired ? null : new()
    {
        // One algorithm and one key: a token cannot choose "none", nor have the public key taken for a shared secret.
        ValidAlgorithms = [options.JwtAlgorithm],
        IssuerSigningKey = VerificationKey.Of(options),
        TryAllIssuerSigningKeys = true, // whatever "kid" the token names
        RequireSignedTokens = true,
        ValidIssuer = options.JwtIssuer,
        ValidAudience = options.JwtAudience,
        // Times are checked in Read, by the injected clock.
        ValidateLifetime = false,
    };

    /// <summary>The fast path: a token that was validated before and still holds. No lock, no allocation.</summary>
    public bool TryGetCached(ReadOnlySpan<char> authorizationHeader, out Principal principal)
    {
        if (_rules is null)
        {
            principal = Principal.Anonymous;
            return true;
        }
        principal = null!;
        if (!TryGetToken(authorizationHeader, out var token) || !TokenHash.TryCompute(token, out var hash) || !_cache.TryGet(hash, out principal))
        {
            return false;
        }
        if (clock.GetUtcNow() < principal.ExpiresAt + Skew)
        {
            return true;
        }
        _cache.Remove(hash);
        return false;
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
        var now = clock.GetUtcNow();
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
        return AuthResult.Accepted(new Principal(name, claims.Permissions, claims.ServerId, expires) { TokenId = claims.TokenId });
    }

    /// <summary>The library's own text could repeat parts of the token; the caller gets the reason only.</summary>
    private static string Explain(Exception failure) => failure switch
    {
        SecurityTokenInvalidIssuerException => "The token's issuer (iss) is not the one this gateway accepts (JWT_ISSUER).",
        SecurityTokenInvalidAudienceException => "The token's audience (aud) is not the one this gateway accepts (JWT_AUDIENCE).",
        SecurityTokenInvalidAlgorithmException => "The token is signed with another algorithm than this gateway accepts (JWT_ALGORITHM).",
        SecurityTokenMalformedException or ArgumentException => $"The token is not a JWT: three base64url parts, with numbers for its times. {Hint}",
        _ => $"The token's signature does not fit this gateway's key. {Hint}",
    };
}
