using System.Net;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Tests.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

public sealed class PermissionTests : IAsyncLifetime
{
    private static readonly string[] AdminOnly = ["/tokens", "/audit", "/settings", "/reload"];

    private readonly TempFolder _folder = new();
    private ControlPlaneHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ControlPlaneHost.StartAsync(_folder.Path, authRequired: true);

    [Fact]
    public void Every_route_demands_a_permission_or_is_open_on_purpose()
    {
        var open = new List<string>();
        foreach (var endpoint in _host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var route = endpoint.RoutePattern.RawText!;
            var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods;
            if (endpoint.Metadata.GetMetadata<RequiredPermission>() is not { } required)
            {
                Assert.NotNull(endpoint.Metadata.GetMetadata<IAllowAnonymous>());
                open.Add(route);
            }
            else if (route != "/version")
            {
                var wanted = AdminOnly.Any(prefix => route.StartsWith(prefix, StringComparison.Ordinal)) ? Permissions.Admin
                    : methods.Contains("GET") ? Permissions.ServersRead
                    : Permissions.ServersWrite;
                Assert.Equal(wanted, required.Permissions);
            }
        }

        Assert.Equal(
            [
                "/.well-known/oauth-protected-resource/servers/{id}/mcp", "/.well-known/oauth-protected-resource/servers/{id}/rpc",
                "/.well-known/oauth-protected-resource/servers/{id}/sse",
                "/admin/session", "/admin/session", // POST and DELETE
                "/health", "/health/ready", "/problems/{slug}",
            ],
            open.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("GET", "/servers")]
    [InlineData("POST", "/servers")]
    [InlineData("GET", "/servers/pools/health")]
    [InlineData("PUT", "/servers/x/pool/config")]
    [InlineData("GET", "/version")]
    public async Task Without_a_token_nothing_is_told(string method, string path)
    {
        var answer = await _host.SendAsync(new HttpMethod(method), path, method == "GET" ? null : "{}");

        answer.IsProblem("unauthorized", 401);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }
}
