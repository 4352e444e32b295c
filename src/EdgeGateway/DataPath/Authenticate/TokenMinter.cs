using System.Buffers;
using System.Text;
using System.Text.Json;
using EdgeGateway.Configuration;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace EdgeGateway.DataPath.Authenticate;

/// <summary>Makes tokens <see cref="JwtGate"/> accepts, in the shape ContextForge understands too. HS256 only: with RS256 and ES256 the private key lies elsewhere.</summary>
internal sealed class TokenMinter(GatewayOptions options, TimeProvider clock)
{
    private readonly JsonWebTokenHandler _handler = new();
    private readonly SigningCredentials _credentials = new(VerificationKey.Of(options), options.JwtAlgorithm);

    /// <exception cref="InvalidOperationException">The gateway has only a public key.</exception>
    public string Mint(TokenRequest request)
    {
        if (options.JwtAlgorithm != "HS256")
        {
            throw new InvalidOperationException("Tokens are minted with HS256 only.");
        }
        return _handler.CreateToken(Payload(request), _credentials);
    }

    private string Payload(TokenRequest request)
    {
        var now = clock.GetUtcNow();
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("sub", request.Subject);
            json.WriteString("iss", options.JwtIssuer);
            json.WriteString("aud", options.JwtAudience);
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteNumber("exp", (now + request.Lifetime).ToUnixTimeSeconds());
            json.WriteString("jti", request.Id);
            if (request.Admin)
            {
                json.WriteBoolean("is_admin", true);
            }
            WriteScopes(json, request);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteScopes(Utf8JsonWriter json, TokenRequest request)
    {
        if (request.Scopes.Count == 0 && request.ServerId is null)
        {
            return;
        }
        json.WriteStartObject("scopes");
        if (request.ServerId is { } server)
        {
            json.WriteString("server_id", server);
        }
        json.WriteStartArray("permissions");
        foreach (var scope in request.Scopes)
        {
            json.WriteStringValue(scope);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
