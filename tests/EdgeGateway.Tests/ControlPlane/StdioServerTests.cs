using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Tests.DataPath;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

/// <summary>Local commands in the REST API.</summary>
public sealed class StdioServerTests : IAsyncLifetime
{
    private TestGateway _gateway = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync();

    [Fact(Timeout = 60_000)]
    public async Task A_command_is_tested_and_its_tools_are_listed()
    {
        var id = await _gateway.AddStdioServerAsync(StdioProgram.Members("--banner"), pool: null);

        var report = await _gateway.SendAsync(HttpMethod.Post, $"/servers/{id}/test");
        var tools = await _gateway.SendAsync(HttpMethod.Get, $"/servers/{id}/tools");

        Assert.True((bool)report["ok"]!, report.ToJsonString());
        Assert.Equal("stdio-upstream", (string)report["server_info"]!["name"]!);
        Assert.Contains(tools["tools"]!.AsArray(), tool => (string)tool!["name"]! == "echo");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_command_that_ends_at_once_is_told_with_its_exit_code()
    {
        var id = await _gateway.AddStdioServerAsync(StdioProgram.Members("--dies"), pool: null);

        var report = await _gateway.SendAsync(HttpMethod.Post, $"/servers/{id}/test");

        Assert.False((bool)report["ok"]!);
        Assert.StartsWith("upstream_connection_lost: ", (string)report["error"]!, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_values_of_env_are_never_shown_and_survive_a_change()
    {
        var id = await _gateway.AddStdioServerAsync(StdioProgram.Members(), pool: null);
        var patched = await _gateway.SendAsync(HttpMethod.Patch, $"/servers/{id}", """{"description":"changed"}""");

        Assert.Equal(["DOTNET_ROOT", "GREETING"], patched["env"]!.AsObject().Select(variable => variable.Key).Order());
        Assert.All(patched["env"]!.AsObject(), variable => Assert.Null(variable.Value));
        Assert.DoesNotContain("hello", (await _gateway.SendAsync(HttpMethod.Get, $"/servers/{id}/export")).ToJsonString(), StringComparison.Ordinal);
        using var caller = _gateway.Rpc(id, "ada");
        Assert.Contains("GREETING=hello", await caller.TextOfAsync("env"), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_an_admin_says_which_commands_run()
    {
        var id = await _gateway.AddStdioServerAsync(StdioProgram.Members(), pool: null);
        var http = await _gateway.AddServerAsync(new Uri("http://127.0.0.1:1/mcp"), pool: null);
        using var writer = _gateway.Client(_gateway.Token("writer", scopes: ["servers.write", "servers.read"]));

        // What does not exist is not told either.
        await RefusedAsync(writer, HttpMethod.Post, "/servers", """{"name":"x","transport":"stdio","command":"/no/such/file"}""");
        await RefusedAsync(writer, HttpMethod.Put, $"/servers/{id}", """{"name":"x","url":"http://127.0.0.1:1/mcp"}""");
        await RefusedAsync(writer, HttpMethod.Patch, $"/servers/{id}", """{"args":["--other"]}""");
        await RefusedAsync(writer, HttpMethod.Patch, $"/servers/{http}", """{"transport":"stdio","url":null,"command":"sh"}""");
        using var allowed = await SendAsync(writer, HttpMethod.Patch, $"/servers/{http}", """{"description":"mine to change"}""");
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_tokens_a_foreign_page_registers_no_command()
    {
        await using var open = await TestGateway.StartAsync(options => options with { AuthRequired = false });
        using var page = new HttpClient { BaseAddress = open.Url };
        page.DefaultRequestHeaders.Add("Origin", "http://evil.example");

        await RefusedAsync(page, HttpMethod.Post, "/servers", """{"name":"x","transport":"stdio","command":"sh"}""");
    }

    public async ValueTask DisposeAsync() => await _gateway.DisposeAsync();

    private static async Task RefusedAsync(HttpClient client, HttpMethod method, string path, string body)
    {
        using var answer = await SendAsync(client, method, path, body);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!;
        Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, problem.ToJsonString());
        Assert.Equal("/problems/forbidden", (string)problem["type"]!);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return await client.SendAsync(request, Cancelled);
    }
}
