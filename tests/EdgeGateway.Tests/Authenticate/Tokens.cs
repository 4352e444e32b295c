using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Authenticate;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Tests.Authenticate;

/// <summary>Tokens made by hand, so that what is wrong with them is wrong on purpose.</summary>
internal static class Tokens
{
    public const string Secret = "a secret of more than thirty-two bytes, for tests";

    public const string HsHeader = """{"alg":"HS256","typ":"JWT"}""";

    public static DateTimeOffset Now { get; } = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    public static GatewayOptions Options { get; } = new() { DataFolder = "", JwtSecretKey = Secret };

    public static long In(int seconds) => Now.AddSeconds(seconds).ToUnixTimeSeconds();

    public static FakeTimeProvider Clock() => new(Now);

    public static JwtGate Gate(FakeTimeProvider? clock = null) => new(Options, clock ?? Clock());

    /// <summary>A payload that is accepted, with further members.</summary>
    public static string Payload(string more = "") =>
        $$"""{"sub":"alice","iss":"mcpgateway","aud":"mcpgateway-api","exp":{{In(600)}}{{(more.Length == 0 ? "" : "," + more)}}}""";

    public static string Hs256(string payload, string secret = Secret, string header = HsHeader) =>
        Sign(header, payload, input => HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), input));

    public static string Sign(string header, string payload, Func<byte[], byte[]> sign)
    {
        var input = Encode(header) + "." + Encode(payload);
        return input + "." + Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(input)));
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public static async Task<AuthResult> ValidateAsync(string token, JwtGate? gate = null) => await (gate ?? Gate()).AuthenticateAsync("Bearer " + token);
}
