using System.Diagnostics;
using System.Text;
using EdgeGateway.Telemetry;
using EdgeGateway.Tests.DataPath;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.Telemetry;

/// <summary>Many callers at once on sessions they share: each one's trace goes with its own call and with no other.</summary>
public sealed class TraceLeakTests
{
    private const string Echo = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"?"}}}""";
    private const int Callers = 20;
    private const int Rounds = 5;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 120_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_callers_trace_goes_with_its_own_call(bool isTraced)
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => isTraced && source.Name == MeterNames.Mcp,

            // Listeners are the process's: gateways of other tests, which have no such traces, stay untraced.
            Sample = static (ref ActivityCreationOptions<ActivityContext> span) =>
                span.TraceId.ToHexString().StartsWith("0000000000000000", StringComparison.Ordinal) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(listener);
        await using var upstream = await TestUpstream.StartAsync(new TestUpstreamOptions { Kind = UpstreamKind.Stateless }, Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, """{"enabled":true,"size":2,"min_size":1,"max_size":2,"isolation":"shared"}""");

        await Task.WhenAll(Enumerable.Range(1, Callers).Select(async caller =>
        {
            using var http = gateway.Client(gateway.Token($"user-{caller}"));
            for (var round = 0; round < Rounds; round++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"/servers/{server}/rpc")
                {
                    Content = new StringContent(Echo.Replace("?", $"caller-{caller}-", StringComparison.Ordinal), Encoding.UTF8, "application/json"),
                };
                request.Headers.Add("traceparent", $"00-{caller:x32}-{caller:x16}-01");
                request.Headers.Add("tracestate", $"caller={caller}");
                using var answer = await http.SendAsync(request, Cancelled);
                Assert.Contains($"caller-{caller}-", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
            }
        }));

        var calls = upstream.Recorded.Recent.Where(request => request.Label == "tools/call").ToArray();
        Assert.Equal(Callers * Rounds, calls.Length);
        Assert.All(calls, call =>
        {
            var caller = int.Parse(call.BodyText.Split("caller-")[1].Split('-')[0], System.Globalization.CultureInfo.InvariantCulture);
            Assert.StartsWith($"00-{caller:x32}-", call.Headers["traceparent"], StringComparison.Ordinal);
            Assert.Equal(!isTraced, call.Headers["traceparent"] == $"00-{caller:x32}-{caller:x16}-01");
            Assert.Equal($"caller={caller}", call.Headers["tracestate"]);
        });
        Assert.Equal(isTraced ? calls.Length : Callers, calls.Select(call => call.Headers["traceparent"]).Distinct().Count());
    }
}
