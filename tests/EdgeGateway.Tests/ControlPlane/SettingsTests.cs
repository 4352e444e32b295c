using System.Text.Json.Nodes;
using EdgeGateway.Configuration;
using EdgeGateway.Storage;
using EdgeGateway.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

/// <summary>GET /settings: what holds, where it comes from, and never a secret.</summary>
public sealed class SettingsTests : IDisposable
{
    private const string Secret = "a secret of the tests, long enough for HS256";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task Every_setting_is_there_with_its_value_and_its_source()
    {
        await using var host = await StartAsync(
            new() { ["PORT"] = "5555" }, new() { ["LOG_LEVEL"] = "debug", ["PORT"] = "1" }, "SESSION_POOL_SIZE=7\nPORT=2\n");

        var items = await ItemsAsync(host);

        Assert.Equal(SettingsTable.All.Select(setting => setting.Variable), items.Select(item => (string)item["name"]!));
        Assert.Equal(["name", "value", "source", "default", "help", "secret"], items[0].Select(member => member.Key));
        Assert.Equal(("5555", "flag", "4444"), Of(items, "PORT"));
        Assert.Equal(("debug", "environment", "info"), Of(items, "LOG_LEVEL"));
        Assert.Equal(("7", ".env", "5"), Of(items, "SESSION_POOL_SIZE"));
        Assert.Equal(("30", "default", "30"), Of(items, "DRAIN_TIMEOUT"));
        Assert.Equal((null, "default", null), Of(items, "PUBLIC_URL"));
        Assert.Equal("Port to listen on; 0 takes a free one", (string?)items.Single(item => (string?)item["name"] == "PORT")["help"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_secret_shows_that_it_is_set_and_nothing_else()
    {
        await using var host = await StartAsync([], new() { ["JWT_SECRET_KEY"] = Secret });

        var answer = await host.GetAsync("/settings");
        var items = await ItemsAsync(host);

        Assert.Equal(("********", "environment", null), Of(items, "JWT_SECRET_KEY"));
        Assert.Equal(SettingsTable.All.Where(setting => setting.Secret).Select(setting => setting.Variable), items.Where(item => (bool)item["secret"]!).Select(item => (string)item["name"]!));
        Assert.DoesNotContain(Secret, answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, string.Join(' ', host.Services.GetRequiredService<GatewayOptions>().Settings), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_secret_that_is_not_set_is_null_though_the_gateway_made_one()
    {
        await using var host = await StartAsync([], []);

        Assert.Equal((null, "default", null), Of(await ItemsAsync(host), "JWT_SECRET_KEY"));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_database_says_where_it_is_and_how()
    {
        await using var host = await StartAsync([], []);
        await host.RegisterAsync();

        var database = (await host.GetAsync("/settings")).Json["database"]!;

        Assert.Equal(["path", "size_bytes", "schema_version", "ok"], database.AsObject().Select(member => member.Key));
        Assert.Equal(_folder.File(Database.FileName), (string?)database["path"]);
        Assert.Equal(Directory.GetFiles(_folder.Path, "*.db").Concat(Directory.GetFiles(_folder.Path, "*-wal")).Sum(file => new FileInfo(file).Length), (long)database["size_bytes"]!);
        Assert.Equal((Migrations.All.Count, true), ((int)database["schema_version"]!, (bool)database["ok"]!));

        File.Delete(_folder.File(Database.FileName));
        Assert.False((bool)(await host.GetAsync("/settings")).Json["database"]!["ok"]!);
    }

    private Task<ControlPlaneHost> StartAsync(Dictionary<string, string> flags, Dictionary<string, string> environment, string dotEnv = "")
    {
        var read = SettingsReader.Read(flags, environment, DotEnvFile.Parse(dotEnv, ".env"));
        Assert.Empty(read.Errors);
        return ControlPlaneHost.StartAsync(
            _folder.Path,
            services: services => services.AddSingleton(read.Options with { DataFolder = _folder.Path, JwtSecretKey = Secret, AuthRequired = false }));
    }

    private static async Task<List<JsonObject>> ItemsAsync(ControlPlaneHost host) =>
        [.. (await host.GetAsync("/settings")).Json["items"]!.AsArray().Select(item => item!.AsObject())];

    private static (string? Value, string? Source, string? Default) Of(List<JsonObject> items, string name)
    {
        var item = items.Single(item => (string?)item["name"] == name);
        return ((string?)item["value"], (string?)item["source"], (string?)item["default"]);
    }
}
