using System.Net;
using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle;
using EdgeGateway.Tests.Authenticate;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EdgeGateway.Tests.Lifecycle;

public sealed class ListenerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task It_listens_where_it_was_told_and_refuses_bodies_over_the_limit(string host)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => Listener.Configure(kestrel, Tokens.Options with { Host = host, Port = 0, MaxBodyBytes = 1024 }));
        await using var app = builder.Build();
        app.MapPost("/", (HttpContext context) => context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted));
        await app.StartAsync(Cancellation);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        using var fits = await http.PostAsync("/", new ByteArrayContent(new byte[1024]), Cancellation);
        using var tooLong = await http.PostAsync("/", new ByteArrayContent(new byte[1025]), Cancellation);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.RequestEntityTooLarge), (fits.StatusCode, tooLong.StatusCode));
        Assert.False(fits.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("127.0.0.1", "http://127.0.0.1:80")]
    [InlineData("0.0.0.0", "http://127.0.0.1:80")]
    [InlineData("::", "http://127.0.0.1:80")]
    [InlineData("::1", "http://[::1]:80")]
    [InlineData("localhost", "http://localhost:80")]
    [InlineData("192.0.2.7", "http://192.0.2.7:80")]
    public void Its_url_is_one_a_program_on_this_machine_can_open(string host, string expected) =>
        Assert.Equal(expected, ListenAddress.UrlOf(new GatewayOptions { DataFolder = "", JwtSecretKey = "", Host = host }, 80));
}
