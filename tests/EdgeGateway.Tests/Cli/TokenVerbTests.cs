using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Tests.Authenticate;
using Xunit;

namespace EdgeGateway.Tests.Cli;

public sealed class TokenVerbTests : IDisposable
{
    private readonly CliRun _cli = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task A_secret_is_43_characters_on_standard_output_and_another_each_time()
    {
        Assert.Equal(0, await _cli.RunAsync(Cancellation, "token", "secret"));
        var first = _cli.Output;
        await _cli.RunAsync(Cancellation, "token", "secret");

        Assert.Equal(43, first.Trim().Length);
        Assert.NotEqual(first, _cli.Output);
        Assert.False(Directory.Exists(_cli.DataFolder));
    }

    [Fact]
    public async Task Create_prints_only_the_token_and_says_elsewhere_which_data_folder_it_used()
    {
        Assert.Equal(0, await _cli.RunAsync(Cancellation, "token", "create", "--admin"));

        Assert.Equal($"Data folder: {_cli.DataFolder}\n", _cli.Error);
        var secret = await File.ReadAllTextAsync(Path.Combine(_cli.DataFolder, "jwt.secret"), Cancellation);
        var principal = await AcceptedAsync(_cli.Output.TrimEnd('\n'), secret);
        Assert.Equal(("admin", Permissions.Admin, Tokens.Now.AddDays(7)), (principal.Name, principal.Permissions, principal.ExpiresAt));
    }

    [Fact]
    public async Task Create_takes_subject_scopes_server_and_lifetime()
    {
        _cli.Environment["JWT_SECRET_KEY"] = Tokens.Secret;

        Assert.Equal(0, await _cli.RunAsync(
            Cancellation, "token", "create", "--sub", "bob", "--scope", "servers.read", "--scope", "mcp.invoke", "--server", "f00d", "--ttl", "90m"));

        var principal = await AcceptedAsync(_cli.Output.TrimEnd('\n'), Tokens.Secret);
        Assert.Equal(
            ("bob", Permissions.ServersRead | Permissions.McpInvoke, "f00d", Tokens.Now.AddMinutes(90)),
            (principal.Name, principal.Permissions, principal.ServerId, principal.ExpiresAt));
    }

    [Fact]
    public async Task The_data_folder_may_stand_before_the_verb()
    {
        var folder = Path.Combine(_cli.WorkingDirectory, "elsewhere");

        Assert.Equal(0, await _cli.RunAsync(Cancellation, "--data", folder, "token", "create"));

        Assert.True(File.Exists(Path.Combine(folder, "jwt.secret")));
        Assert.False(Directory.Exists(_cli.DataFolder));
    }

    [Theory]
    [InlineData("--ttl", "0")]
    [InlineData("--ttl", "x")]
    [InlineData("--ttl", "-1h")]
    [InlineData("--ttl", "3651d")]
    [InlineData("--ttl", "9999999999d")]
    [InlineData("--ttl", "h")]
    [InlineData("--scope", "servers.destroy")]
    public async Task What_cannot_be_granted_is_exit_2_and_prints_no_token(string flag, string value)
    {
        Assert.Equal(2, await _cli.RunAsync(Cancellation, "token", "create", flag, value));

        Assert.Equal("", _cli.Output);
        Assert.StartsWith($"edge-gateway: {flag} ", _cli.Error);
    }

    [Fact]
    public async Task With_only_a_public_key_no_token_can_be_made()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var file = Path.Combine(_cli.WorkingDirectory, "key.pem");
        await File.WriteAllTextAsync(file, key.ExportSubjectPublicKeyInfoPem(), Cancellation);

        Assert.Equal(2, await _cli.RunAsync(Cancellation, "token", "create", "--jwt-algorithm", "ES256", "--jwt-public-key-file", file));
        Assert.Contains("where the private key lies", _cli.Error);
    }

    [Fact]
    public async Task Inspect_tells_what_a_token_says_and_that_it_is_accepted()
    {
        _cli.Environment["JWT_SECRET_KEY"] = Tokens.Secret;

        Assert.Equal(0, await _cli.RunAsync(Cancellation, "token", "inspect", Tokens.Hs256(Tokens.Payload("\"scope\":\"servers.read\""))));

        Assert.Equal(
            $$"""
            header:      {"alg":"HS256","typ":"JWT"}
            payload:     {"sub":"alice","iss":"mcpgateway","aud":"mcpgateway-api","exp":{{Tokens.In(600)}},"scope":"servers.read"}
            accepted for alice
            permissions: servers.read
            server:      any
            expires:     2026-11-23T10:10:00Z

            """,
            _cli.Output);
    }

    [Fact]
    public async Task Inspect_reads_standard_input_and_is_exit_1_for_a_token_that_is_refused()
    {
        _cli.Environment["JWT_SECRET_KEY"] = Tokens.Secret;
        _cli.Environment["AUTH_REQUIRED"] = "false";
        _cli.Input = Tokens.Hs256(Tokens.Payload(), secret: "another secret of thirty-two bytes") + "\n";

        Assert.Equal(1, await _cli.RunAsync(Cancellation, "token", "inspect", "-"));

        Assert.Contains("refused:     The token's signature does not fit", _cli.Output);
    }

    private static async Task<Principal> AcceptedAsync(string token, string secret)
    {
        var result = await Tokens.ValidateAsync(token, new JwtGate(Tokens.Options with { JwtSecretKey = secret }, Tokens.Clock()));
        Assert.Null(result.Error);
        return result.Principal!;
    }
}
