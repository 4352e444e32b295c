using Xunit;

namespace EdgeGateway.Tests.Cli;

public sealed class ConfigVerbTests : IDisposable
{
    private const string Secret = "a-secret-of-more-than-thirty-two-bytes";

    private readonly CliRun _cli = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Right_settings_are_said_to_be_right_and_nothing_is_made()
    {
        Assert.Equal(0, await _cli.RunAsync(Cancellation, "config", "validate"));

        Assert.Equal($"The settings are right. Data folder: {_cli.DataFolder}\n", _cli.Output);
        Assert.False(Directory.Exists(_cli.DataFolder));
    }

    [Fact]
    public async Task Everything_wrong_is_told_at_once()
    {
        await File.WriteAllTextAsync(Path.Combine(_cli.WorkingDirectory, ".env"), "LOG_LEVEL=loud\n", Cancellation);
        _cli.Environment["SESSION_POOL_SIZE"] = "many";
        _cli.Environment["JWT_SECRET_KEY"] = "short";

        Assert.Equal(2, await _cli.RunAsync(Cancellation, "config", "validate", "--port", "70000"));

        Assert.Equal("", _cli.Output);
        Assert.StartsWith("edge-gateway: 4 settings are wrong;", _cli.Error);
        Assert.All(
            ["PORT is \"70000\" (--port)", "LOG_LEVEL is \"loud\" (.env line 1)", "SESSION_POOL_SIZE is \"many\" (environment)", "JWT_SECRET_KEY is 5 bytes"],
            wrong => Assert.Contains(wrong, _cli.Error));
    }

    [Fact]
    public async Task What_is_no_setting_is_a_warning()
    {
        _cli.Environment["SESSION_POOL_SIZES"] = "5";

        Assert.Equal(0, await _cli.RunAsync(Cancellation, "config", "validate"));

        Assert.StartsWith("warning: SESSION_POOL_SIZES (environment) is not a setting", _cli.Error);
    }

    [Fact]
    public async Task Each_value_is_shown_with_where_it_comes_from()
    {
        await File.WriteAllTextAsync(Path.Combine(_cli.WorkingDirectory, ".env"), "\nLOG_LEVEL=debug\n", Cancellation);
        _cli.Environment["SESSION_POOL_SIZE"] = "7";

        Assert.Equal(0, await _cli.RunAsync(Cancellation, "config", "show", "--port", "4445"));

        Assert.Matches(@"(?m)^PORT +4445 +--port$", _cli.Output);
        Assert.Matches(@"(?m)^LOG_LEVEL +debug +\.env line 2$", _cli.Output);
        Assert.Matches(@"(?m)^SESSION_POOL_SIZE +7 +environment$", _cli.Output);
        Assert.Matches(@"(?m)^HOST +127\.0\.0\.1 +default$", _cli.Output);
        Assert.Matches(@"(?m)^PUBLIC_URL +- +default$", _cli.Output);
    }

    [Fact]
    public async Task A_secret_is_masked_wherever_it_comes_from()
    {
        _cli.Environment["JWT_SECRET_KEY"] = Secret;

        Assert.Equal(0, await _cli.RunAsync(Cancellation, "config", "show"));

        Assert.Matches(@"(?m)^JWT_SECRET_KEY +\*{8} +environment$", _cli.Output);
        Assert.DoesNotContain(Secret, _cli.Output + _cli.Error);
    }

    [Fact]
    public async Task Wrong_values_are_shown_too_and_then_told()
    {
        _cli.Environment["SESSION_POOL_SIZE"] = "many";

        Assert.Equal(2, await _cli.RunAsync(Cancellation, "config", "show"));

        Assert.Matches(@"(?m)^SESSION_POOL_SIZE +many +environment$", _cli.Output);
        Assert.Contains("SESSION_POOL_SIZE is \"many\"", _cli.Error);
    }
}
