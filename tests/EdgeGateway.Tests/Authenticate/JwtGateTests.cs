using EdgeGateway.DataPath.Authenticate;
using Xunit;

namespace EdgeGateway.Tests.Authenticate;

public sealed class JwtGateTests
{
    [Fact]
    public async Task A_good_token_names_its_principal()
    {
        var result = await Tokens.ValidateAsync(Tokens.Hs256(Tokens.Payload("\"jti\":\"t1\"")));

        Assert.Null(result.Error);
        Assert.Equal(
            new Principal("alice", Permissions.McpInvoke | Permissions.ServersRead, null, Tokens.Now.AddSeconds(600)) { TokenId = "t1" },
            result.Principal);
    }

    [Theory]
    [InlineData("bearer {0}")]
    [InlineData("BEARER   {0}  ")]
    public async Task The_scheme_is_read_in_any_case(string header) =>
        Assert.NotNull((await Tokens.Gate().AuthenticateAsync(string.Format(header, Tokens.Hs256(Tokens.Payload())))).Principal);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public async Task Without_a_token_the_challenge_names_no_error(string? header)
    {
        var result = await Tokens.Gate().AuthenticateAsync(header);

        Assert.Null(result.Principal);
        Assert.Equal("Bearer realm=\"edge-gateway\"", result.Challenge);
    }

    [Theory]
    [InlineData("Basic YTpi", "must be 'Bearer TOKEN'")]
    [InlineData("Bearer", "must be 'Bearer TOKEN'")]
    [InlineData("Bearer ", "must be 'Bearer TOKEN'")]
    [InlineData("Bearer x", "The token is not a JWT: three base64url parts")]
    [InlineData("Bearer a.b", "The token is not a JWT: three base64url parts")]
    [InlineData("Bearer a.b.c", "The token is not a JWT: three base64url parts")]
    [InlineData("Bearer a.b.c.d.e", "")]
    [InlineData("Bearer tökén", "not ASCII")]
    public async Task What_is_no_token_is_refused_with_a_reason(string header, string reason)
    {
        var result = await Tokens.Gate().AuthenticateAsync(header);

        Assert.Null(result.Principal);
        Assert.StartsWith("Bearer realm=\"edge-gateway\", error=\"invalid_token\", error_description=\"", result.Challenge);
        Assert.Contains(reason, result.Challenge);
        Assert.True(System.Text.Ascii.IsValid(result.Challenge));
    }

    [Fact]
    public async Task A_token_too_long_is_refused_unread() =>
        Assert.Contains("longer than 8192", (await Tokens.ValidateAsync(new string('a', 8193))).Error);

    [Fact]
    public async Task A_token_of_another_secret_is_refused() =>
        Assert.Contains("signature", (await Tokens.ValidateAsync(Tokens.Hs256(Tokens.Payload(), secret: Tokens.Secret + "!"))).Error);

    [Fact]
    public async Task A_changed_payload_is_refused()
    {
        var parts = Tokens.Hs256(Tokens.Payload()).Split('.');

        var result = await Tokens.ValidateAsync($"{parts[0]}.{Tokens.Encode(Tokens.Payload("\"is_admin\":true"))}.{parts[2]}");

        Assert.Contains("signature", result.Error);
    }

    [Theory]
    [InlineData("\"iss\":\"mcpgateway\"", "\"iss\":\"somebody\"", "JWT_ISSUER")]
    [InlineData("\"iss\":\"mcpgateway\",", "", "JWT_ISSUER")]
    [InlineData("\"aud\":\"mcpgateway-api\"", "\"aud\":\"something\"", "JWT_AUDIENCE")]
    [InlineData("\"aud\":\"mcpgateway-api\",", "", "JWT_AUDIENCE")]
    public async Task Issuer_and_audience_must_be_the_configured_ones(string member, string replacement, string setting) =>
        Assert.Contains(setting, (await Tokens.ValidateAsync(Tokens.Hs256(Tokens.Payload().Replace(member, replacement)))).Error);

    [Fact]
    public async Task One_audience_of_several_is_enough() =>
        Assert.NotNull((await Tokens.ValidateAsync(Tokens.Hs256(Tokens.Payload().Replace("\"mcpgateway-api\"", "[\"other\",\"mcpgateway-api\"]")))).Principal);

    [Fact]
    public async Task A_token_holds_until_sixty_seconds_after_its_expiry()
    {
        var token = Tokens.Hs256(Tokens.Payload());
        var clock = Tokens.Clock();

        clock.SetUtcNow(Tokens.Now.AddSeconds(659));
        Assert.NotNull((await Tokens.ValidateAsync(token, Tokens.Gate(clock))).Principal);

        clock.SetUtcNow(Tokens.Now.AddSeconds(660));
        Assert.Equal(
            "The token expired at 2026-11-23T10:10:00Z. Create a new one: edge-gateway token create",
            (await Tokens.ValidateAsync(token, Tokens.Gate(clock))).Error);
    }

    [Fact]
    public async Task A_token_of_the_future_is_refused_but_for_sixty_seconds()
    {
        Assert.NotNull((await Tokens.ValidateAsync(Tokens.Hs256(Tokens.Payload($"\"nbf\":{Tokens.In(60)}")))).Principal);
        Assert.Contains("(nbf)", (await Tokens.ValidateAsync(Tokens.Hs256(Tokens.Payload($"\"nbf\":{Tokens.In(61)}")))).Error);
    }

    [Theory]
    [InlineData("", "no expiry")]
    [InlineData(",\"exp\":null", "numbers for its times")]
    [InlineData(",\"exp\":\"tomorrow\"", "numbers for its times")]
    public async Task A_token_without_expiry_is_refused(string expiry, string reason) =>
        Assert.Contains(reason, (await Tokens.ValidateAsync(
            Tokens.Hs256($$"""{"sub":"alice","iss":"mcpgateway","aud":"mcpgateway-api"{{expiry}}}"""))).Error);

    [Fact]
    public async Task An_expiry_beyond_all_calendars_is_only_very_late() =>
        Assert.NotNull((await Tokens.ValidateAsync(Tokens.Hs256("""{"sub":"a","iss":"mcpgateway","aud":"mcpgateway-api","exp":1e18}"""))).Principal);

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    public async Task An_unsigned_token_is_refused(string algorithm)
    {
        var header = Tokens.Encode($$"""{"alg":"{{algorithm}}"}""");

        Assert.NotNull((await Tokens.ValidateAsync($"{header}.{Tokens.Encode(Tokens.Payload())}.")).Error);
        Assert.NotNull((await Tokens.ValidateAsync(Tokens.Hs256(Tokens.Payload(), header: $$"""{"alg":"{{algorithm}}"}"""))).Error);
    }

    [Fact]
    public async Task An_extension_the_token_calls_critical_is_refused() =>
        Assert.Contains("(crit)", (await Tokens.ValidateAsync(Tokens.Hs256(Tokens.Payload(), header: """{"alg":"HS256","crit":["b64"],"b64":true}"""))).Error);

    [Fact]
    public async Task A_key_id_the_gateway_does_not_know_does_not_matter() =>
        Assert.NotNull((await Tokens.ValidateAsync(Tokens.Hs256(Tokens.Payload(), header: """{"alg":"HS256","kid":"k7"}"""))).Principal);

    [Fact]
    public async Task Where_no_token_is_asked_for_everybody_is_admin()
    {
        var gate = new JwtGate(Tokens.Options with { AuthRequired = false, JwtSecretKey = "" }, Tokens.Clock());

        Assert.Equal(Principal.Anonymous, (await gate.AuthenticateAsync(null)).Principal);
        Assert.Equal(Principal.Anonymous, (await gate.AuthenticateAsync("Bearer whatever")).Principal);
        Assert.True(gate.TryGetCached("", out var principal));
        Assert.Equal(("anonymous", Permissions.Admin), (principal.Name, principal.Permissions));
    }

    [Fact]
    public async Task No_message_repeats_the_token_or_a_secret()
    {
        var token = Tokens.Hs256(Tokens.Payload().Replace("mcpgateway\"", "eve\""));

        var result = await Tokens.ValidateAsync(token);

        Assert.DoesNotContain("eve", result.Challenge);
        Assert.DoesNotContain(token[..20], result.Challenge);
        Assert.DoesNotContain(Tokens.Secret, result.Challenge);
    }
}
