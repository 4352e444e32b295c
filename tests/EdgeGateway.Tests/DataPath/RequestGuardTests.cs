using System.Net.Sockets;
using System.Text;
using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.DataPath.Relay;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>The last ring: what a client sees of a failure nobody foresaw, and what the log sees of a client that leaves.</summary>
public sealed class RequestGuardTests : ILogger
{
    private readonly TaskCompletionSource _ended = new();
    private int _errors;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task A_failure_before_the_answer_is_a_500_without_its_text()
    {
        await using var app = await StartAsync(_ => throw new InvalidOperationException("a secret"));
        using var http = new HttpClient();

        using var response = await http.GetAsync(Url(app), Cancelled);

        Assert.Equal(500, (int)response.StatusCode);
        var body = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.Contains("-32603", body, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
        Assert.Equal(1, _errors);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failure_in_the_middle_of_an_answer_breaks_the_transfer()
    {
        await using var app = await StartAsync(async http =>
        {
            await http.Response.WriteAsync("{\"half\":");
            await http.Response.Body.FlushAsync();
            throw new InvalidOperationException("a secret");
        });
        using var http = new HttpClient();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.GetStringAsync(Url(app), Cancelled));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_that_leaves_in_the_middle_of_its_message_is_no_error_of_the_gateways()
    {
        var begun = new TaskCompletionSource();
        await using var app = await StartAsync(async http =>
        {
            begun.SetResult();
            using var body = await RequestBody.ReadAsync(http.Request, 1000);
        });
        var url = Url(app);
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(url.Host, url.Port, Cancelled);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"), Cancelled);
            await begun.Task;
            socket.Client.LingerState = new LingerOption(true, 0); // a reset, as when a process dies
        }

        await _ended.Task;
        Assert.Equal(0, _errors);
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _errors += logLevel == LogLevel.Error ? 1 : 0;

    private static Uri Url(WebApplication app) => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    private async Task<WebApplication> StartAsync(RequestDelegate endpoint)
    {
        var guarded = new RequestGuard(new GatewayOptions { DataFolder = "unused", JwtSecretKey = "unused" }, new RelayServices(TimeProvider.System, this)).Around(endpoint);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(async http =>
        {
            await guarded(http);
            _ended.TrySetResult();
        });
        await app.StartAsync(Cancelled);
        return app;
    }
}
