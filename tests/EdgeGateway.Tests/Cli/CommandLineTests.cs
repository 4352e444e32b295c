using System.Text.Json;
using EdgeGateway.Cli;
using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle;
using EdgeGateway.Storage;
using Microsoft.Data.Sqlite;
using Xunit;

namespace EdgeGateway.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly CliRun _cli = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Help_lists_every_verb_and_every_setting_with_its_default()
    {
        Assert.Equal(0, await _cli.RunAsync(Cancellation, "--help"));

        Assert.All(["serve", "demo", "connect", "token", "config", "healthcheck", "doctor", "backup", "systemd", "completion", "version"], verb => Assert.Contains($"\n  {verb} ", _cli.Output));
        Assert.All(SettingsTable.All, setting =>
        {
            Assert.Contains($"  {setting.Flag} <", _cli.Output);
            Assert.Contains($"[env: {setting.Variable}]", _cli.Output);
        });
        Assert.Contains("[default: 4444]", _cli.Output);
    }

    [Theory]
    [InlineData("--prot", "1")]
    [InlineData("server")]
    [InlineData("token")]
    [InlineData("token", "inspect")]
    [InlineData("--port")]
    [InlineData("demo", "--host", "0.0.0.0")]
    public async Task Wrong_usage_is_exit_2_and_points_to_the_help(params string[] args)
    {
        Assert.Equal(2, await _cli.RunAsync(Cancellation, args));

        Assert.Equal("", _cli.Output);
        Assert.EndsWith("See edge-gateway --help\n", _cli.Error);
    }

    [Theory]
    [InlineData]
    [InlineData("serve")]
    public async Task Wrong_settings_are_exit_2_in_one_message(params string[] verb)
    {
        await File.WriteAllTextAsync(Path.Combine(_cli.WorkingDirectory, ".env"), "LOG_LEVEL=loud\n", Cancellation);
        _cli.Environment["SESSION_POOL_SIZE"] = "many";

        Assert.Equal(2, await _cli.RunAsync(Cancellation, [.. verb, "--port", "70000"]));

        Assert.StartsWith("edge-gateway: 3 settings are wrong; nothing was started.\n", _cli.Error);
        Assert.Contains("PORT is \"70000\" (--port)", _cli.Error);
        Assert.Contains("LOG_LEVEL is \"loud\" (.env line 1)", _cli.Error);
        Assert.Contains("SESSION_POOL_SIZE is \"many\" (environment)", _cli.Error);
        Assert.False(Directory.Exists(_cli.DataFolder));
    }

    [Fact]
    public async Task A_settings_file_that_was_named_must_be_there()
    {
        Assert.Equal(2, await _cli.RunAsync(Cancellation, "--env-file", "production.env"));
        Assert.Equal("edge-gateway: There is no file production.env; check the path after --env-file.\n", _cli.Error);

        await File.WriteAllTextAsync(Path.Combine(_cli.WorkingDirectory, "production.env"), "PORT=x\n", Cancellation);
        Assert.Equal(2, await _cli.RunAsync(Cancellation, "serve", "--env-file", "production.env"));
        Assert.Contains("PORT is \"x\" (production.env line 1)", _cli.Error);
    }

    [Fact]
    public async Task A_switch_without_a_value_means_true()
    {
        Assert.Equal(2, await _cli.RunAsync(Cancellation, "--auth-required", "false", "--host", "0.0.0.0", "--session-pool-enabled", "serve", "--port", "x"));

        Assert.Contains("2 settings are wrong", _cli.Error);
        Assert.DoesNotContain("SESSION_POOL_ENABLED", _cli.Error);
        Assert.Contains("anybody who reaches this machine would be admin", _cli.Error);
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_used_is_exit_4()
    {
        var file = Path.Combine(_cli.WorkingDirectory, "file");
        await File.WriteAllTextAsync(file, "", Cancellation);

        Assert.Equal(4, await _cli.RunAsync(Cancellation, "--data", Path.Combine(file, "data")));
        Assert.Contains("cannot be written", _cli.Error);
    }

    [Fact]
    public async Task Version_is_for_people_or_programs()
    {
        Assert.Equal(0, await _cli.RunAsync(Cancellation, "version"));
        Assert.StartsWith($"edge-gateway {BuildInfo.Version} (", _cli.Output);

        Assert.Equal(0, await _cli.RunAsync(Cancellation, "version", "--json"));
        using var json = JsonDocument.Parse(_cli.Output);
        Assert.Equal(["version", "commit", "runtime", "sqlite"], json.RootElement.EnumerateObject().Select(member => member.Name));
    }

    private const string Marks =
        "<!-- settings: -->\n<!-- /settings -->\n<!-- pool-settings: -->\n<!-- /pool-settings -->\n<!-- strategies: -->\n<!-- /strategies -->\n";

    [Fact]
    public async Task Docs_print_the_generated_texts()
    {
        Assert.Equal(0, await _cli.RunAsync(Cancellation, "docs", "env"));
        Assert.Equal(EnvExample.Render(), _cli.Output);

        Assert.Equal(0, await _cli.RunAsync(Cancellation, "docs", "settings"));
        Assert.Equal(SettingsMarkdown.Render(), _cli.Output);

        await File.WriteAllTextAsync(Path.Combine(_cli.WorkingDirectory, "own.md"), Marks, Cancellation);
        Assert.Equal(0, await _cli.RunAsync(Cancellation, "docs", "readme", "own.md"));
        Assert.Equal(ReadmeSections.Fill(Marks), await File.ReadAllTextAsync(Path.Combine(_cli.WorkingDirectory, "own.md"), Cancellation));

        Assert.Equal(2, await _cli.RunAsync(Cancellation, "docs", "readme", "none.md"));
        Assert.Contains("none.md; name the README to fill", _cli.Error);
    }

    [Theory]
    [InlineData(5, "locked by another process")]
    [InlineData(8, "cannot be opened or written")]
    [InlineData(10, "SQLite error 10")]
    [InlineData(13, "is full")]
    [InlineData(14, "cannot be opened or written")]
    [InlineData(26, "damaged")]
    public void Trouble_with_the_database_is_exit_4_with_the_next_step(int code, string message)
    {
        var error = new StringWriter();
        var context = new CliContext
        {
            Output = TextWriter.Null,
            Error = error,
            Input = TextReader.Null,
            Environment = new Dictionary<string, string>(),
            WorkingDirectory = "/",
        };

        var failure = DatabaseUnusableException.From("/data/edge-gateway.db", new SqliteException("internal text", code));
        Assert.Equal(4, StartFailure.Report(new InvalidOperationException("the host failed", failure), context));
        Assert.Contains(message, error.ToString());
        Assert.Contains("/data/edge-gateway.db", error.ToString());
        Assert.Contains("--data FOLDER", error.ToString());
        Assert.DoesNotContain("internal text", error.ToString());
    }
}
