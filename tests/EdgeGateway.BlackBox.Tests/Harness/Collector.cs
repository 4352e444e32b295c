using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.BlackBox.Tests.Harness;

/// <summary>Stands in for an OpenTelemetry collector: takes OTLP over HTTP and over gRPC, and keeps what came as bytes for somebody else to decode.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;

    // Written by each export, read by the test.
    private readonly ConcurrentQueue<(string Signal, byte[] Message)> _received = new();
    private readonly ConcurrentQueue<string> _headers = new();

    private Collector(WebApplication app) => _app = app;

    public Uri Url { get; private set; } = null!;

    /// <summary>The value of the header <c>x-tenant</c> of each export.</summary>
    public IReadOnlyCollection<string> Tenants => [.. _headers];

    /// <param name="isGrpc">HTTP/2 without TLS, as collectors have it at port 4317; HTTP/1.1 otherwise.</param>
    public static async Task<Collector> StartAsync(bool isGrpc, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var app = builder.Build();
        var collector = new Collector(app);
        app.MapPost("/v1/{signal}", collector.TakeHttpAsync);
        app.MapPost("/opentelemetry.proto.collector.{signal}.v1.{service}/Export", collector.TakeGrpcAsync);
        await app.StartAsync(cancellationToken);
        collector.Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return collector;
    }

    /// <summary>Every message of one signal: <c>metrics</c> or <c>traces</c>.</summary>
    public IReadOnlyList<byte[]> Received(string signal) => [.. _received.Where(one => one.Signal == signal).Select(one => one.Message)];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeHttpAsync(HttpContext context)
    {
        await KeepAsync(context, (string)context.Request.RouteValues["signal"]!, await BodyAsync(context));
        context.Response.ContentType = "application/x-protobuf";
    }

    private async Task TakeGrpcAsync(HttpContext context)
    {
        // A flag, a length, and the message (gRPC over HTTP/2, Length-Prefixed-Message).
        var body = await BodyAsync(context);
        var message = body[5..(5 + (int)BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1)))];
        if (body[0] == 1)
        {
            using var plain = new MemoryStream();
            await using var gzip = new GZipStream(new MemoryStream(message), CompressionMode.Decompress);
            await gzip.CopyToAsync(plain);
            message = plain.ToArray();
        }

        await KeepAsync(context, (string)context.Request.RouteValues["signal"]! == "trace" ? "traces" : "metrics", message);
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[5]);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private Task KeepAsync(HttpContext context, string signal, byte[] message)
    {
        _received.Enqueue((signal, message));
        _headers.Enqueue(context.Request.Headers["x-tenant"].ToString());
        return Task.CompletedTask;
    }

    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }
}
