using System.Net;
using System.Net.Http.Headers;
using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

/// <summary>The settings read again while the gateway runs: all that may change, or nothing.</summary>
public sealed class ReloadTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string> _environment = new() { ["SESSION_POOL_ENABLED"] = "true" };
    private ControlPlaneHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ControlPlaneHost.StartAsync(_folder.Path, authRequired: true);
        _host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(admin: true));
        _host.Reread = () => SettingsReader.Read(new Dictionary<string, string>(), _environment, dotEnv: null);
        await ReloadAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Nothing_new_is_no_change()
    {
        Assert.Equal("""{"changes":[],"warnings":[]}""", (await ReloadAsync()).Text);
    }

    [Fact]
    public async Task A_new_default_is_in_force_in_every_pool_that_did_not_set_its_own()
    {
        var follows = await _host.RegisterAsync("follows");
        var sets = await _host.RegisterAsync("sets");
        await _host.PutAsync($"/servers/{follows}/pool/config", """{"enabled":true}""");
        await _host.PutAsync($"/servers/{sets}/pool/config", """{"enabled":true,"size":3}""");

        _environment["SESSION_POOL_SIZE"] = "7";
        var answer = await ReloadAsync();

        Assert.Equal("""{"changes":[{"name":"SESSION_POOL_SIZE","before":"5","after":"7","applied":true}],"warnings":[]}""", answer.Text);
        Assert.Equal(7, await SizeOfAsync(follows));
        Assert.Equal(3, await SizeOfAsync(sets));
    }

    [Fact]
    public async Task Pooling_is_switched_off_and_on_without_a_restart()
    {
        var server = await _host.RegisterAsync();
        await _host.PutAsync($"/servers/{server}/pool/config", """{"enabled":true}""");

        _environment["SESSION_POOL_ENABLED"] = "false";
        await ReloadAsync();
        (await _host.GetAsync($"/servers/{server}/pool/stats")).IsProblem("pooling-disabled", 404);

        _environment["SESSION_POOL_ENABLED"] = "true";
        await ReloadAsync();
        Assert.Equal(HttpStatusCode.OK, (await _host.GetAsync($"/servers/{server}/pool/stats")).Status);
    }

    [Fact]
    public async Task Origins_are_those_of_the_last_reload()
    {
        var origins = _host.Services.GetRequiredService<OriginPolicy>();
        Assert.False(origins.Allows("https://console.example"));

        _environment["ALLOWED_ORIGINS"] = "https://console.example";
        await ReloadAsync();

        Assert.True(origins.Allows("https://console.example"));
        Assert.False(origins.Allows("http://localhost:3000"));
    }

    [Fact]
    public async Task What_needs_a_new_start_is_told_and_not_in_force()
    {
        _environment["PORT"] = "4445";

        var answer = await ReloadAsync();

        Assert.Equal("""{"changes":[{"name":"PORT","before":"4444","after":"4445","applied":false}],"warnings":[]}""", answer.Text);
        var port = (await _host.GetAsync("/settings")).Json["items"]!.AsArray().Single(item => (string)item!["name"]! == "PORT")!;
        Assert.Equal("4444", (string)port["value"]!);
    }

    [Fact]
    public async Task A_secret_that_changed_is_not_shown()
    {
        _environment["JWT_SECRET_KEY"] = "another secret, long enough for HS256 as well";

        var answer = await ReloadAsync();

        Assert.Equal("""{"changes":[{"name":"JWT_SECRET_KEY","before":null,"after":"********","applied":false}],"warnings":[]}""", answer.Text);
    }

    [Fact]
    public async Task One_wrong_setting_and_nothing_changes()
    {
        var server = await _host.RegisterAsync();
        await _host.PutAsync($"/servers/{server}/pool/config", """{"enabled":true}""");
        _environment["SESSION_POOL_SIZE"] = "7";
        _environment["LOG_LEVEL"] = "loud";

        var answer = await _host.SendAsync(HttpMethod.Post, "/reload");

        answer.IsProblem("settings-wrong", 422);
        Assert.Contains("LOG_LEVEL is \"loud\" (environment)", (string)answer.Json["detail"]!);
        Assert.Equal(5, await SizeOfAsync(server));
        Assert.Contains(_host.Log.All, line => line.Text.Contains("not reloaded", StringComparison.Ordinal) && line.Text.Contains("loud", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reload_that_failed_shows_in_the_readiness_of_admins_until_one_succeeds()
    {
        _environment["LOG_LEVEL"] = "loud";
        await _host.SendAsync(HttpMethod.Post, "/reload");

        var told = (await _host.GetAsync("/health/ready")).Json;
        Assert.Equal("ready", (string)told["status"]!);
        Assert.Contains("loud", (string)told["failed_reload"]!["errors"]![0]!);

        _host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(admin: false));
        Assert.Equal("""{"status":"ready"}""", (await _host.GetAsync("/health/ready")).Text);
        _host.Client.DefaultRequestHeaders.Authorization = null;
        Assert.Equal("""{"status":"ready"}""", (await _host.GetAsync("/health/ready")).Text);

        _host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(admin: true));
        _environment["LOG_LEVEL"] = "debug";
        await ReloadAsync();
        Assert.Equal("""{"status":"ready"}""", (await _host.GetAsync("/health/ready")).Text);
    }

    [Fact]
    public async Task Who_changed_settings_is_on_record()
    {
        _environment["SESSION_POOL_SIZE"] = "7";
        await ReloadAsync();

        var entry = (await _host.GetAsync("/audit")).Json["items"]!.AsArray().First(item => (string)item!["action"]! == "gateway.reload")!;

        Assert.Equal("""{"SESSION_POOL_SIZE":"7"}""", entry["after"]!.ToJsonString());
    }

    private async Task<Answer> ReloadAsync()
    {
        var answer = await _host.SendAsync(HttpMethod.Post, "/reload");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer;
    }

    private async Task<int> SizeOfAsync(string server) => (int)(await _host.GetAsync($"/servers/{server}/pool/stats")).Json["size"]!;

    private string Token(bool admin) =>
        new TokenMinter(_host.Services.GetRequiredService<GatewayOptions>(), _host.Clock).Mint(new TokenRequest("someone", TimeSpan.FromHours(1)) { Admin = admin });
}
