using EdgeGateway.Configuration;
using EdgeGateway.Pooling;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EdgeGateway.Tests.Configuration;

public sealed class SettingsReaderTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    [Fact]
    public void Without_any_setting_the_defaults_hold()
    {
        var report = SettingsReader.Read(Nothing, Nothing, null);

        Assert.Empty(report.Errors);
        Assert.Empty(report.Warnings);
        Assert.Null(report.ErrorText);
        Assert.Equal(new GatewayOptions { DataFolder = "", JwtSecretKey = "", Settings = report.Values }, report.Options);
    }

    [Fact]
    public void A_flag_wins_over_the_environment_which_wins_over_the_file_which_wins_over_the_default()
    {
        var file = DotEnvFile.Parse("PORT=1001\nHOST=127.0.0.2\nLOG_LEVEL=debug", ".env");
        var report = SettingsReader.Read(
            new Dictionary<string, string> { ["PORT"] = "1003" },
            new Dictionary<string, string> { ["PORT"] = "1002", ["HOST"] = "127.0.0.3" },
            file);

        Assert.Empty(report.Errors);
        Assert.Equal((1003, "127.0.0.3", LogLevel.Debug, 60), (report.Options.Port, report.Options.Host, report.Options.LogLevel, report.Options.Pools.CleanupInterval));
        Assert.Equal(
            [SettingSource.Flag, SettingSource.Environment, SettingSource.DotEnv, SettingSource.Default],
            new[] { "PORT", "HOST", "LOG_LEVEL", "SESSION_POOL_CLEANUP_INTERVAL" }.Select(name => report.Values.Single(v => v.Setting.Variable == name).Source));
    }

    [Fact]
    public void An_empty_value_counts_as_not_set()
    {
        var report = SettingsReader.Read(Nothing, new Dictionary<string, string> { ["PORT"] = "" }, DotEnvFile.Parse("PORT=\nHOST=", ".env"));

        Assert.Empty(report.Errors);
        Assert.Equal(4444, report.Options.Port);
    }

    [Fact]
    public void Every_wrong_value_is_told_at_once_with_its_origin_and_what_it_must_be()
    {
        var file = DotEnvFile.Parse("PORT=99999\nnonsense\nSESSION_POOL_STRATEGY=fastest", ".env");
        var report = SettingsReader.Read(
            new Dictionary<string, string> { ["SESSION_POOL_SIZE"] = "0" },
            new Dictionary<string, string> { ["AUTH_REQUIRED"] = "maybe", ["JWT_SECRET_KEY"] = "too short" },
            file);

        Assert.Equal(
            """
            6 settings are wrong; nothing was started.
              .env line 2: expected NAME=value
              PORT is "99999" (.env line 1); it must be a whole number from 0 to 65535.
              AUTH_REQUIRED is "maybe" (environment); it must be true or false (1, 0, yes, no, on, off).
              SESSION_POOL_STRATEGY is "fastest" (.env line 3); it must be one of round_robin, least_connections, sticky, weighted, none.
              SESSION_POOL_SIZE is "0" (--session-pool-size); it must be a whole number from 1 to 1000.
              JWT_SECRET_KEY is 9 bytes; HS256 needs 32. Create one: edge-gateway token secret
            """,
            report.ErrorText);
    }

    [Theory]
    [InlineData("HOST", "1")]
    [InlineData("HOST", "gateway.example")]
    [InlineData("PORT", "-1")]
    [InlineData("PORT", "65536")]
    [InlineData("PORT", "44.5")]
    [InlineData("ALLOWED_ORIGINS", "*")]
    [InlineData("ALLOWED_ORIGINS", "https://a.example/path")]
    [InlineData("ALLOWED_ORIGINS", "ftp://a.example")]
    [InlineData("ALLOWED_ORIGINS", "https://*.example")]
    [InlineData("MAX_BODY_BYTES", "1023")]
    [InlineData("DRAIN_TIMEOUT", "3601")]
    [InlineData("LOG_LEVEL", "loud")]
    [InlineData("AUTH_REQUIRED", "2")]
    [InlineData("JWT_ALGORITHM", "none")]
    [InlineData("JWT_ALGORITHM", "HS512")]
    [InlineData("SESSION_POOL_ENABLED", "enabled")]
    [InlineData("SESSION_POOL_STRATEGY", "random")]
    [InlineData("SESSION_POOL_SIZE", "1001")]
    [InlineData("SESSION_POOL_TTL", "59")]
    [InlineData("SESSION_POOL_MAX_IDLE_TIME", "86401")]
    [InlineData("SESSION_POOL_CLEANUP_INTERVAL", "0")]
    [InlineData("SESSION_POOL_METRICS_ENABLED", "t")]
    [InlineData("SESSION_POOL_HEALTH_CHECK_INTERVAL", "9")]
    [InlineData("SESSION_POOL_REBALANCE_INTERVAL", "3601")]
    [InlineData("SESSION_POOL_MAX_TOTAL", "many")]
    public void A_value_out_of_range_is_refused(string name, string value)
    {
        var report = SettingsReader.Read(Nothing, new Dictionary<string, string> { [name] = value }, null);

        var error = Assert.Single(report.Errors);
        Assert.StartsWith($"{name} is \"{value}\" (environment); it must be ", error);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("1", true)]
    [InlineData("Yes", true)]
    [InlineData("ON", true)]
    [InlineData("false", false)]
    [InlineData("0", false)]
    [InlineData("no", false)]
    [InlineData("Off", false)]
    public void A_switch_is_spelt_in_any_usual_way(string text, bool expected)
    {
        var report = SettingsReader.Read(Nothing, new Dictionary<string, string> { ["SESSION_POOL_ENABLED"] = text }, null);

        Assert.Empty(report.Errors);
        Assert.Equal(expected, report.Options.Pools.Enabled);
    }

    [Fact]
    public void All_nine_pool_settings_of_the_guide_arrive()
    {
        var report = SettingsReader.Read(Nothing, Nothing, DotEnvFile.Parse(
            """
            SESSION_POOL_ENABLED=true
            SESSION_POOL_STRATEGY=least_connections
            SESSION_POOL_SIZE=6
            SESSION_POOL_TTL=3601
            SESSION_POOL_MAX_IDLE_TIME=301
            SESSION_POOL_CLEANUP_INTERVAL=61
            SESSION_POOL_METRICS_ENABLED=false
            SESSION_POOL_HEALTH_CHECK_INTERVAL=62
            SESSION_POOL_REBALANCE_INTERVAL=302
            """,
            ".env"));

        Assert.Empty(report.Errors);
        Assert.Equal(
            new PoolDefaults
            {
                Enabled = true,
                Strategy = PoolStrategy.LeastConnections,
                Size = 6,
                Ttl = 3601,
                MaxIdleTime = 301,
                CleanupInterval = 61,
                MetricsEnabled = false,
                HealthCheckInterval = 62,
                RebalanceInterval = 302,
            },
            report.Options.Pools);
    }

    [Fact]
    public void A_pool_setting_that_was_not_set_stays_null()
    {
        var pools = SettingsReader.Read(Nothing, new Dictionary<string, string> { ["SESSION_POOL_SIZE"] = "5" }, null).Options.Pools;

        Assert.Equal(5, pools.Size);
        Assert.Null(pools.Strategy);
        Assert.Null(pools.Ttl);
        Assert.Null(pools.MaxIdleTime);
        Assert.Null(pools.HealthCheckInterval);
        Assert.Null(pools.RebalanceInterval);
    }

    [Fact]
    public void A_misspelt_pool_setting_is_warned_of_with_the_nearest_name()
    {
        var report = SettingsReader.Read(
            Nothing,
            new Dictionary<string, string> { ["SESSION_POOL_SIZES"] = "5" },
            DotEnvFile.Parse("SESSION_POOL_MAX_IDLE=300\nSOMETHING_ELSE=1", ".env"));

        Assert.Empty(report.Errors);
        Assert.Equal(
            [
                "SESSION_POOL_SIZES (environment) is not a setting and has no effect; the nearest is SESSION_POOL_SIZE.",
                "SESSION_POOL_MAX_IDLE (.env) is not a setting and has no effect; the nearest is SESSION_POOL_MAX_IDLE_TIME.",
            ],
            report.Warnings);
    }

    [Fact]
    public void A_value_from_the_environment_is_trimmed_but_a_secret_is_not()
    {
        var secret = "  " + new string('k', 32) + " ";
        var report = SettingsReader.Read(Nothing, new Dictionary<string, string> { ["PORT"] = " 80 ", ["JWT_SECRET_KEY"] = secret }, null);

        Assert.Empty(report.Errors);
        Assert.Equal((80, secret), (report.Options.Port, report.Options.JwtSecretKey));
    }

    [Fact]
    public void A_secret_never_appears_in_a_message()
    {
        var report = SettingsReader.Read(Nothing, new Dictionary<string, string> { ["JWT_SECRET_KEY"] = "hunter2" }, null);

        Assert.DoesNotContain("hunter2", report.ErrorText);
        Assert.DoesNotContain("hunter2", report.Options.ToString());
    }

    [Theory]
    [InlineData("https://Console.Example:443/, http://localhost:3000")]
    [InlineData("[\"https://console.example\", \"http://localhost:3000\"]")]
    public void Origins_are_kept_as_a_browser_sends_them(string text)
    {
        var report = SettingsReader.Read(Nothing, new Dictionary<string, string> { ["ALLOWED_ORIGINS"] = text }, null);

        Assert.Empty(report.Errors);
        Assert.Equal(["https://console.example", "http://localhost:3000"], report.Options.AllowedOrigins);
    }
}
