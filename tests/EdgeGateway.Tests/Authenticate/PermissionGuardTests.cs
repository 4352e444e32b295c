using System.Net;
using System.Text.Json;
using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.DataPath.Listen;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EdgeGateway.Tests.Authenticate;

public sealed class PermissionGuardTests : IAsyncLifetime
{
    private readonly WebApplication _app;
    private readonly HttpClient _http = new();
    private int _bodiesRead;

    public PermissionGuardTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(Tokens.Options).AddSingleton(Tokens.Gate()).AddSingleton<LiveSettings>().AddSingleton<OriginPolicy>();
        _app = builder.Build();
        _app.MapGet("/open", () => "open");
        var servers = _app.MapGroup("/servers").RequirePermission(Permissions.ServersRead);
        servers.MapGet("/{id}", (HttpContext context) => context.GetPrincipal().Name);
        servers.MapGet("/", () => "list");
        servers.MapPost("/{id}", async (HttpContext context) =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            Interlocked.Increment(ref _bodiesRead);
        }).RequirePermission(Permissions.ServersWrite);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _app.StartAsync(Cancellation);
        _http.BaseAddress = new Uri(_app.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_token_the_answer_is_401_with_a_challenge_and_a_problem()
    {
        using var answer = await SendAsync(HttpMethod.Get, "/servers/f00d", null);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer realm=\"edge-gateway\"", answer.Headers.WwwAuthenticate.ToString());
        await AssertProblemAsync(answer, 401, "/problems/unauthorized", "edge-gateway token create");
    }

    [Fact]
    public async Task With_a_bad_token_the_challenge_says_why()
    {
        using var answer = await SendAsync(HttpMethod.Get, "/servers/f00d", "x.y.z");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("error=\"invalid_token\"", answer.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task With_the_permission_the_endpoint_runs_and_knows_its_caller()
    {
        using var answer = await SendAsync(HttpMethod.Get, "/servers/f00d", Token("\"scope\":\"servers.read\""));

        Assert.Equal("alice", await answer.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task An_endpoint_in_a_group_asks_for_both_permissions_before_it_reads_the_body()
    {
        using var read = await SendAsync(HttpMethod.Post, "/servers/f00d", Token("\"scope\":\"servers.read\""));
        using var write = await SendAsync(HttpMethod.Post, "/servers/f00d", Token("\"scope\":\"servers.write\""));
        Assert.Equal(0, _bodiesRead);
        using var both = await SendAsync(HttpMethod.Post, "/servers/f00d", Token("\"scope\":\"servers.read servers.write\""));

        Assert.Equal(
            [HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.OK],
            new[] { read.StatusCode, write.StatusCode, both.StatusCode });
        Assert.Equal(1, _bodiesRead);
        await AssertProblemAsync(read, 403, "/problems/forbidden", "This call needs the permission servers.write; the token of alice allows servers.read.");
    }

    [Fact]
    public async Task A_token_for_one_server_opens_no_other_and_no_route_above_servers()
    {
        var token = Token("\"is_admin\":true,\"scopes\":{\"server_id\":\"f00d\"}");
        using var own = await SendAsync(HttpMethod.Get, "/servers/f00d", token);
        using var other = await SendAsync(HttpMethod.Get, "/servers/beef", token);
        using var list = await SendAsync(HttpMethod.Get, "/servers", token);

        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, list.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
        await AssertProblemAsync(other, 403, "/problems/forbidden", "for server f00d only");
    }

    [Fact]
    public async Task An_endpoint_that_asks_for_nothing_is_open()
    {
        using var answer = await SendAsync(HttpMethod.Get, "/open", null);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static string Token(string claims) => Tokens.Hs256(Tokens.Payload(claims));

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method == HttpMethod.Post)
        {
            request.Content = new StringContent("{}");
        }
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        }
        return await _http.SendAsync(request, Cancellation);
    }

    private static async Task AssertProblemAsync(HttpResponseMessage answer, int status, string type, string detail)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.ToString());
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(status, problem.RootElement.GetProperty("status").GetInt32());
        Assert.Equal(type, problem.RootElement.GetProperty("type").GetString());
        Assert.Contains(detail, problem.RootElement.GetProperty("detail").GetString());
        Assert.NotEmpty(problem.RootElement.GetProperty("trace_id").GetString()!);
    }
}
