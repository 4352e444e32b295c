using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.Tests.RealUpstreams;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>What the published binary tells of itself, read by parsers nobody here wrote.</summary>
[Collection(nameof(SuitePackages))]
public sealed partial class TelemetryTests(SuitePackages packages)
{
    private const string Python = "/usr/bin/python3";

    /// <summary>Nothing was refused, nothing closed, and nothing opened after the first scrape: these have no series yet.</summary>
    private static readonly string[] Rare =
        ["edge_gateway_pool_rejections_total", "edge_gateway_pool_sessions_closed_total", "edge_gateway_pool_create_time_seconds_bucket"];

    private static readonly string[] RuntimeMeters =
    [
        "dotnet_gc_collections_total",
        "dotnet_gc_heap_total_allocated_bytes_total",
        "dotnet_gc_last_collection_memory_committed_size_bytes",
        "dotnet_process_cpu_time_seconds_total",
        "dotnet_process_memory_working_set_bytes",
        "dotnet_thread_pool_queue_length_total",
    ];

    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string ClientSpan = "b7ad6b7169203331";

    private const string EchoWithContext =
        """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"x"},"_meta":{"traceparent":"00-"""
        + Trace + "-" + ClientSpan + "-01\"}}}";

    [Fact(Timeout = 120_000)]
    public async Task An_independent_parser_reads_the_scrape_and_its_figures_are_right()
    {
        Require.That(await IsReadableAsync(), $"needs {Python} with prometheus_client: apt-get install python3-prometheus-client");
        var cancelled = TestContext.Current.CancellationToken;
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        using var workspace = Workspace.WithPooling();
        await using var gateway = await PublishedGateway.StartAsync(workspace, cancelled);
        var server = await gateway.Api.AddServerAsync("\\\"tools\\\" of Zoë", upstream.Url, cancelled);
        await gateway.Api.PutAsync($"/servers/{server}/pool/config", """{"enabled":true,"size":3,"max_size":4}""", cancelled);
        await gateway.Api.UntilAsync($"/servers/{server}/pool/stats", stats => stats.GetProperty("available_sessions").GetInt32() == 3, cancelled);
        using var http = new HttpClient { BaseAddress = gateway.Url };
        using (var anonymous = await http.GetAsync("/metrics", cancelled))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        }

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", gateway.Token);
        await http.GetStringAsync("/metrics", cancelled);
        await gateway.Api.PostAsync($"/servers/{server}/rpc", EchoWithContext, cancelled);
        var samples = await UntilScrapedAsync(http, "mcp_server_operation_duration_seconds", cancelled);

        Assert.Equal(3, Value(samples, "edge_gateway_pool_session_count", ("state", "idle")));
        Assert.Equal(4, Value(samples, "edge_gateway_pool_session_max"));
        Assert.Equal(100, Value(samples, "edge_gateway_pool_health_score"));
        Assert.Equal(1, Value(samples, "edge_gateway_pool_acquisitions_total"));
        Assert.Equal(3, Value(samples, "edge_gateway_pool_sessions_created_total", ("reason", "warm")));
        Assert.Equal(1, Value(samples, "edge_gateway_pool_wait_time_seconds_count"));
        Assert.Equal(1, Value(samples, "edge_gateway_pool_use_time_seconds_count"));
        Assert.Equal(1, Value(samples, "mcp_server_operation_duration_seconds_count", ("mcp_method_name", "tools/call"), ("gen_ai_tool_name", "echo")));
        Assert.Equal(1, Value(samples, "mcp_client_operation_duration_seconds_bucket", ("le", "+Inf"), ("network_transport", "tcp")));
        Assert.All(samples.Where(sample => sample.Name.Contains("pool_session", StringComparison.Ordinal)), sample => Assert.Equal("\"tools\" of Zoë", sample.Labels["pool"]));
        Assert.All(samples, sample => Assert.DoesNotContain(sample.Labels.Keys, label => label.Contains("session", StringComparison.Ordinal)));

        // Of the runtime's own meters those that the README names, and no other.
        var names = samples.Select(sample => sample.Name).ToHashSet();
        Assert.Equal(RuntimeMeters, names.Where(name => name.StartsWith("dotnet_", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.InRange(Value(samples, "dotnet_process_memory_working_set_bytes"), 10e6, 1e9);

        // Every meter the dashboard draws is one that is there.
        var dashboard = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "src", "EdgeGateway", "Telemetry", "edge-gateway.grafana.json"), cancelled);
        var drawn = Drawn().Matches(dashboard).Select(match => match.Value).Distinct().ToArray();
        Assert.True(drawn.Length > 15, string.Join(' ', drawn));
        Assert.Empty(drawn.Except(names).Except(Rare));
    }

    [Theory(Timeout = 120_000)]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task A_collector_gets_one_trace_from_client_to_upstream_and_the_meters(string protocol)
    {
        packages.Require();
        var cancelled = TestContext.Current.CancellationToken;
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        await using var collector = await Collector.StartAsync(protocol == "grpc", cancelled);
        using var workspace = Workspace.With(
            "SESSION_POOL_ENABLED=true", $"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Url}", $"OTEL_EXPORTER_OTLP_PROTOCOL={protocol}",
            "OTEL_EXPORTER_OTLP_HEADERS=x-tenant=north", "OTEL_SERVICE_NAME=edge-7");
        await using var gateway = await PublishedGateway.StartAsync(workspace, cancelled);
        var server = await gateway.Api.AddServerAsync("traced", upstream.Url, cancelled);
        await gateway.Api.PutAsync($"/servers/{server}/pool/config", """{"enabled":true}""", cancelled);

        // A proxy's header does not come before what the client says in the body.
        using var http = new HttpClient { BaseAddress = gateway.Url };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/servers/{server}/rpc") { Content = new StringContent(EchoWithContext, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", gateway.Token);
        request.Headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        using var answer = await http.SendAsync(request, cancelled);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(0, await gateway.StopAsync(cancelled));

        // What the collector has not been sent yet goes with the end.
        var spans = (await DecodeAsync("traces", collector, cancelled)).SelectMany(message => message.GetProperty("resourceSpans").EnumerateArray()).ToArray();
        Assert.Contains(spans[0].GetProperty("resource").GetProperty("attributes").EnumerateArray(), attribute =>
            attribute.GetProperty("key").GetString() == "service.name" && attribute.GetProperty("value").GetProperty("stringValue").GetString() == "edge-7");
        var all = spans.SelectMany(one => one.GetProperty("scopeSpans").EnumerateArray()).SelectMany(scope => scope.GetProperty("spans").EnumerateArray())
            .Where(span => span.GetProperty("name").GetString() == "tools/call echo").ToArray();
        var served = Assert.Single(all, span => span.GetProperty("kind").ToString() is "SPAN_KIND_SERVER" or "2");
        var asked = Assert.Single(all, span => span.GetProperty("kind").ToString() is "SPAN_KIND_CLIENT" or "3");
        Assert.Equal((Trace, ClientSpan), (Hex(served, "traceId"), Hex(served, "parentSpanId")));
        Assert.Equal((Trace, Hex(served, "spanId")), (Hex(asked, "traceId"), Hex(asked, "parentSpanId")));

        // The upstream is told of the gateway's span, in both places.
        var seen = upstream.Recorded.Last("tools/call");
        var expected = $"00-{Trace}-{Hex(asked, "spanId")}-01";
        Assert.Equal(expected, seen.Headers["traceparent"]);
        Assert.Contains($"\"traceparent\":\"{expected}\"", seen.BodyText, StringComparison.Ordinal);

        var metrics = (await DecodeAsync("metrics", collector, cancelled)).SelectMany(message => message.GetProperty("resourceMetrics").EnumerateArray())
            .SelectMany(one => one.GetProperty("scopeMetrics").EnumerateArray()).SelectMany(scope => scope.GetProperty("metrics").EnumerateArray())
            .Select(metric => metric.GetProperty("name").GetString()).ToHashSet();
        Assert.Superset(
            new HashSet<string?> { "edge_gateway.pool.session.count", "edge_gateway.pool.wait_time", "mcp.server.operation.duration", "mcp.client.operation.duration" }, metrics);
        Assert.All(collector.Tenants, tenant => Assert.Equal("north", tenant));
    }

    [Fact(Timeout = 120_000)]
    public async Task Without_a_collector_the_clients_trace_context_passes_as_it_came()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        using var workspace = Workspace.WithPooling();
        await using var gateway = await PublishedGateway.StartAsync(workspace, cancelled);
        var server = await gateway.Api.AddServerAsync("plain", upstream.Url, cancelled);
        await gateway.Api.PutAsync($"/servers/{server}/pool/config", """{"enabled":true}""", cancelled);
        using var http = new HttpClient { BaseAddress = gateway.Url };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/servers/{server}/rpc") { Content = new StringContent(EchoWithContext, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", gateway.Token);
        request.Headers.Add("traceparent", $"00-{Trace}-{ClientSpan}-01");
        request.Headers.Add("tracestate", "a=b");
        using var answer = await http.SendAsync(request, cancelled);

        var seen = upstream.Recorded.Last("tools/call");
        Assert.Equal(($"00-{Trace}-{ClientSpan}-01", "a=b"), (seen.Headers["traceparent"], seen.Headers["tracestate"]));
        Assert.Contains($"\"traceparent\":\"00-{Trace}-{ClientSpan}-01\"", seen.BodyText, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task At_debug_level_each_call_says_where_its_time_went()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        using var workspace = Workspace.With("SESSION_POOL_ENABLED=true", "LOG_LEVEL=debug");
        await using var gateway = await PublishedGateway.StartAsync(workspace, cancelled);
        var server = await gateway.Api.AddServerAsync("timed", upstream.Url, cancelled);
        await gateway.Api.PutAsync($"/servers/{server}/pool/config", """{"enabled":true}""", cancelled);
        await gateway.Api.PostAsync($"/servers/{server}/rpc", EchoWithContext, cancelled);

        using var record = JsonDocument.Parse(await gateway.Process.WhenSaidAsync("\"event\":\"Took\"", cancelled));
        Assert.Equal(("DEBUG", "tools/call", "timed"), (Said("level"), Said("method"), Said("server")));
        var (acquired, answered, total) = (Number(Said("acquired")), Number(Said("answered")), record.RootElement.GetProperty("milliseconds").GetDouble());
        Assert.InRange(acquired, 0, answered);
        Assert.InRange(answered, acquired, total + 0.1);
        Assert.Equal(("edge-gateway", 32), (Said("service.name"), Said("trace_id").Length));

        string Said(string name) => record.RootElement.GetProperty(name).GetString()!;

        static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A scrape may be answered from the last one for 300 ms.</summary>
    private static async Task<IReadOnlyList<Sample>> UntilScrapedAsync(HttpClient http, string family, CancellationToken cancelled)
    {
        while (true)
        {
            var text = await http.GetStringAsync("/metrics", cancelled);
            if (text.Contains(family, StringComparison.Ordinal))
            {
                var json = await RunAsync(Python, [SuitePackages.Source("telemetry", "scrape.py")], Encoding.UTF8.GetBytes(text), cancelled);
                return [.. json.EnumerateArray().Select(sample => new Sample(
                    sample.GetProperty("name").GetString()!,
                    sample.GetProperty("labels").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!),
                    sample.GetProperty("value").GetDouble()))];
            }

            await Task.Yield();
        }
    }

    private static async Task<bool> IsReadableAsync() =>
        File.Exists(Python) && (await NodeProgram.RunAsync(Python, ["-c", "import prometheus_client"], new Dictionary<string, string>(), TestContext.Current.CancellationToken)).ExitCode == 0;

    private async Task<IReadOnlyList<JsonElement>> DecodeAsync(string signal, Collector collector, CancellationToken cancelled)
    {
        var decoded = new List<JsonElement>();
        foreach (var message in collector.Received(signal))
        {
            decoded.Add(await DecodeAsync(signal, message, cancelled));
        }

        Assert.NotEmpty(decoded);
        return decoded;
    }

    private Task<JsonElement> DecodeAsync(string kind, byte[] input, CancellationToken cancelled) =>
        RunAsync(packages.Node, [SuitePackages.Script("telemetry", "decode.mjs"), kind], input, cancelled);

    private static async Task<JsonElement> RunAsync(string program, string[] arguments, byte[] input, CancellationToken cancelled)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(cancelled);
        var output = process.StandardOutput.ReadToEndAsync(cancelled);
        await process.StandardInput.BaseStream.WriteAsync(input, cancelled);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancelled);
        Assert.True(process.ExitCode == 0, await errors);
        using var document = JsonDocument.Parse(await output);
        return document.RootElement.Clone();
    }

    private static double Value(IReadOnlyList<Sample> samples, string name, params (string Name, string Value)[] labels) =>
        Assert.Single(samples, sample => sample.Name == name && labels.All(label => sample.Labels.GetValueOrDefault(label.Name) == label.Value)).Value;

    /// <summary>Bytes come as base64.</summary>
    private static string Hex(JsonElement span, string name) => Convert.ToHexStringLower(Convert.FromBase64String(span.GetProperty(name).GetString()!));

    [GeneratedRegex(@"\b(edge_gateway|mcp)_[a-z_]+(?=[{,])")]
    private static partial Regex Drawn();

    private sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
}
