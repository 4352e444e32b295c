using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.LoadTests.Naive;

/// <summary>
/// The least that Kestrel and SocketsHttpHandler can do for a call: take it, send its body on, send the answer's body back. No token, no
/// route, no pool. What it allocates is what the gateway cannot avoid.
/// </summary>
internal static class NaiveRelay
{
    /// <summary>Where it tells how many bytes it has allocated.</summary>
    public const string AllocatedPath = "/allocated";

    private static readonly string[] Passed = ["Accept", "MCP-Protocol-Version", "Mcp-Session-Id"];

    public static async Task RunAsync(Uri upstream, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var app = builder.Build();
        using var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
        });
        app.MapGet(AllocatedPath, context =>
            context.Response.WriteAsync(GC.GetTotalAllocatedBytes(precise: true).ToString(CultureInfo.InvariantCulture), cancellationToken));
        app.Map("/mcp", context => RelayAsync(client, upstream, context));
        await app.StartAsync(cancellationToken);
        Console.WriteLine(app.Urls.First());
        await Console.OpenStandardInput().CopyToAsync(Stream.Null, cancellationToken); // whoever started it is gone when this ends
    }

    private static async Task RelayAsync(HttpMessageInvoker client, Uri upstream, HttpContext context)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), upstream);
        if (context.Request.ContentLength is { } length)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.ContentLength = length;
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        }

        foreach (var name in Passed)
        {
            if (context.Request.Headers.TryGetValue(name, out var value))
            {
                request.Headers.TryAddWithoutValidation(name, (string?)value);
            }
        }

        using var answer = await client.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        context.Response.ContentLength = answer.Content.Headers.ContentLength;
        if (answer.Headers.TryGetValues("Mcp-Session-Id", out var session))
        {
            context.Response.Headers["Mcp-Session-Id"] = session.First();
        }

        await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
