using EdgeGateway.DataPath.Authenticate;
using Xunit;

namespace EdgeGateway.Tests.Authenticate;

public sealed class TokenClaimsTests
{
    private const Permissions Default = Permissions.McpInvoke | Permissions.ServersRead;

    [Theory]
    [InlineData("", Default)]
    [InlineData("\"is_admin\":true", Permissions.Admin)]
    [InlineData("\"is_admin\":false", Default)]
    [InlineData("\"is_admin\":\"true\"", Default)]
    [InlineData("\"user\":{\"is_admin\":true}", Permissions.Admin)]
    [InlineData("\"user\":\"is_admin\"", Default)]
    [InlineData("\"scopes\":null", Default)]
    [InlineData("\"scopes\":{}", Default)]
    [InlineData("\"scopes\":{\"permissions\":[]}", Default)]
    [InlineData("\"scopes\":{\"permissions\":[\"servers.read\"]}", Permissions.ServersRead)]
    [InlineData("\"scopes\":{\"permissions\":[\"servers.write\",\"mcp.invoke\"]}", Permissions.ServersWrite | Permissions.McpInvoke)]
    [InlineData("\"scopes\":{\"permissions\":[\"admin\"]}", Permissions.Admin)]
    [InlineData("\"scopes\":{\"permissions\":[\"servers.create\"]}", Permissions.ServersWrite)]
    [InlineData("\"scopes\":{\"permissions\":[\"servers.update\"]}", Permissions.ServersWrite)]
    [InlineData("\"scopes\":{\"permissions\":[\"servers.delete\"]}", Permissions.ServersWrite)]
    [InlineData("\"scopes\":{\"permissions\":[\"tools.execute\"]}", Permissions.McpInvoke)]
    [InlineData("\"scopes\":{\"permissions\":[\"unheard.of\"]}", Permissions.None)]
    [InlineData("\"scopes\":{\"permissions\":[\"*\"]}", Default)]
    [InlineData("\"is_admin\":true,\"scopes\":{\"permissions\":[\"*\"]}", Permissions.Admin)]
    [InlineData("\"is_admin\":true,\"scopes\":{\"permissions\":[\"servers.read\"]}", Permissions.ServersRead)]
    [InlineData("\"scope\":\"servers.read servers.write\"", Permissions.ServersRead | Permissions.ServersWrite)]
    [InlineData("\"scope\":\"openid profile\"", Permissions.None)]
    [InlineData("\"scope\":\"admin\",\"scopes\":{\"permissions\":[\"servers.read\"]}", Permissions.ServersRead)]
    public async Task Permissions_come_from_scopes_scope_and_is_admin(string claims, object expected) =>
        Assert.Equal(expected, (await Tokens.ValidateAsync(Tokens.Hs256(Tokens.Payload(claims)))).Principal?.Permissions);

    [Fact]
    public async Task A_token_as_ContextForge_makes_it_is_accepted_unchanged()
    {
        var payload = $$"""
            {
              "sub": "dev@example.com", "iss": "mcpgateway", "aud": "mcpgateway-api", "iat": {{Tokens.In(-5)}}, "exp": {{Tokens.In(600)}},
              "jti": "0d3f", "token_use": "api",
              "user": {"email": "dev@example.com", "full_name": "API Token User", "is_admin": false, "auth_provider": "api_token"},
              "teams": [], "namespaces": ["user:dev@example.com", "public"],
              "scopes": {"server_id": "f00d", "permissions": ["servers.create", "tools.execute"], "ip_restrictions": [], "time_restrictions": {} }
            }
            """;

        Assert.Equal(
            new Principal("dev@example.com", Permissions.ServersWrite | Permissions.McpInvoke, "f00d", Tokens.Now.AddSeconds(600)) { TokenId = "0d3f" },
            (await Tokens.ValidateAsync(Tokens.Hs256(payload))).Principal);
    }

    [Theory]
    [InlineData("\"username\":\"bob\"", "bob")]
    [InlineData("\"email\":\"bob@example.com\",\"username\":\"bob\"", "bob@example.com")]
    [InlineData("\"user\":{\"email\":\"carol@example.com\"},\"username\":\"bob\"", "carol@example.com")]
    public async Task The_subject_has_older_names_too(string claims, string expected) =>
        Assert.Equal(expected, (await Tokens.ValidateAsync(Tokens.Hs256(Tokens.Payload(claims).Replace("\"sub\":\"alice\",", "")))).Principal?.Name);

    [Theory]
    [InlineData("\"scopes\":[\"servers.read\"]", "scopes claim is not an object")]
    [InlineData("\"scopes\":{\"permissions\":\"servers.read\"}", "not a list of names")]
    [InlineData("\"scopes\":{\"permissions\":[1]}", "not a list of names")]
    [InlineData("\"scopes\":{\"server_id\":7}", "server_id is not a string")]
    [InlineData("\"scopes\":{\"ip_restrictions\":[\"10.0.0.0/8\"]}", "cannot check")]
    [InlineData("\"scopes\":{\"time_restrictions\":{\"business_hours_only\":true}}", "cannot check")]
    [InlineData("\"is_admin\":false,\"is_admin\":true", "distinct members")]
    public async Task A_narrowing_that_is_not_understood_is_refused_instead_of_ignored(string claims, string reason) =>
        Assert.Contains(reason, (await Tokens.ValidateAsync(Tokens.Hs256(Tokens.Payload(claims)))).Error);

    [Fact]
    public async Task A_token_that_names_nobody_is_refused() =>
        Assert.Contains("no subject", (await Tokens.ValidateAsync(Tokens.Hs256(Tokens.Payload().Replace("\"alice\"", "\"\"")))).Error);
}
