using EdgeGateway.DataPath.Authenticate;
using Xunit;

namespace EdgeGateway.Tests.Authenticate;

public sealed class TokenMinterTests
{
    private static readonly TokenMinter Minter = new(Tokens.Options, Tokens.Clock());

    [Fact]
    public async Task What_it_mints_the_gate_accepts_with_what_was_asked_for()
    {
        var principal = (await Tokens.ValidateAsync(Minter.Mint(new TokenRequest("bob", TimeSpan.FromHours(1))
        {
            Scopes = ["servers.read", "servers.write"],
            ServerId = "f00d",
        }))).Principal;

        Assert.NotNull(principal);
        Assert.Equal(("bob", Permissions.ServersRead | Permissions.ServersWrite, "f00d"), (principal.Name, principal.Permissions, principal.ServerId));
        Assert.Equal(Tokens.Now.AddHours(1), principal.ExpiresAt);
        Assert.Equal(32, principal.TokenId?.Length);
    }

    [Fact]
    public async Task An_admin_token_may_do_everything() =>
        Assert.Equal(Permissions.Admin, (await Tokens.ValidateAsync(Minter.Mint(new TokenRequest("root", TimeSpan.FromHours(1)) { Admin = true }))).Principal?.Permissions);

    [Fact]
    public async Task A_token_for_one_server_keeps_the_default_permissions()
    {
        var principal = (await Tokens.ValidateAsync(Minter.Mint(new TokenRequest("bob", TimeSpan.FromHours(1)) { ServerId = "f00d" }))).Principal;

        Assert.Equal((PermissionNames.Default, "f00d"), (principal!.Permissions, principal.ServerId));
    }
}
