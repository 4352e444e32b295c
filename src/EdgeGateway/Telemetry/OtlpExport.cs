using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EdgeGateway.Telemetry;

/// <summary>Sends meters and traces to a collector while the gateway runs. Only where OTEL_EXPORTER_OTLP_ENDPOINT is set.</summary>
internal sealed class OtlpExport(GatewayOptions options) : IHostedService, IDisposable
{
    /// <summary>For what is still here at the end: a collector that does not answer is not waited for any longer.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);

    private MeterProvider? _meters;
    private TracerProvider? _traces;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Otlp.Endpoint is not null)
        {
            var resource = ResourceBuilder.CreateEmpty().AddService(options.Otlp.ServiceName, serviceVersion: BuildInfo.Version).AddTelemetrySdk();
            _meters = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddGatewayMeters()
                .AddOtlpExporter(exporter => Configure(exporter, "v1/metrics")).Build();
            _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(MeterNames.Mcp)
                .AddOtlpExporter(exporter => Configure(exporter, "v1/traces")).Build();
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var limit = (int)LastWords.TotalMilliseconds;
        await Task.WhenAll(Task.Run(() => _traces?.Shutdown(limit), CancellationToken.None), Task.Run(() => _meters?.Shutdown(limit), CancellationToken.None));
    }

    public void Dispose()
    {
        Interlocked.Exchange(ref _traces, null)?.Dispose();
        Interlocked.Exchange(ref _meters, null)?.Dispose();
    }

    private void Configure(OtlpExporterOptions exporter, string path)
    {
        exporter.Protocol = options.Otlp.Protocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        exporter.Headers = options.Otlp.Headers;

        // An endpoint that is set in code is taken as it is; over HTTP each signal has a path of its own (OTLP specification, endpoint URLs).
        var url = options.Otlp.Endpoint!.ToString();
        exporter.Endpoint = options.Otlp.Protocol == OtlpProtocol.Grpc ? options.Otlp.Endpoint : new Uri(url.TrimEnd('/') + "/" + path);
    }
}
