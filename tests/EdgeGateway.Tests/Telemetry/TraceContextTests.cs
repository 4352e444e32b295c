using System.Diagnostics;
using System.Text;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Telemetry;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EdgeGateway.Tests.Telemetry;

/// <summary>Where a request says which trace it belongs to, and how the gateway's span takes that place.</summary>
public sealed class TraceContextTests
{
    private const string Body = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private const string Header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Theory]
    [InlineData(Body, Header, Body)]
    [InlineData(null, Header, Header)]
    [InlineData("nonsense", Header, Header)]
    [InlineData(null, "nonsense", null)]
    [InlineData(null, null, null)]
    public void The_body_counts_before_the_header(string? body, string? header, string? expected)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers["traceparent"] = header;
        var message = Message(body);
        Envelope.Read(message, out var envelope);

        var context = TraceContext.Of(http.Request, message, envelope);

        Assert.Equal(expected, context == default ? null : $"00-{context.TraceId}-{context.SpanId}-01");
    }

    [Theory]
    [InlineData(Body, true)]
    [InlineData("nonsense", false)]
    [InlineData(null, false)]
    public void The_span_is_written_over_the_clients_and_moves_nothing(string? body, bool isWritten)
    {
        var message = Message(body);
        Envelope.Read(message, out var envelope);
        using var span = new Activity("x").SetIdFormat(ActivityIdFormat.W3C).Start();

        TraceContext.Overwrite(message, envelope, span);

        Assert.Equal(Encoding.UTF8.GetString(Message(isWritten ? span.Id : body)), Encoding.UTF8.GetString(message));
    }

    [Theory]
    [InlineData(Header, true)]
    [InlineData("nonsense", false)]
    [InlineData(Header + "-more", false)]
    public void Only_trace_context_is_passed_on(string header, bool isPassed)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers["traceparent"] = header;
        http.Request.Headers["tracestate"] = "a=b";

        var passed = TraceContext.Passed(http.Request);

        Assert.Equal(isPassed ? [new("traceparent", header), new("tracestate", "a=b")] : null, passed);
    }

    [Theory]
    [InlineData("a=b,c=d", true)]
    [InlineData("", false)]
    [InlineData("é", false)]
    [InlineData("a=b\r\nx: y", false)]
    public void State_that_is_no_header_stays_behind(string state, bool isPassed)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers["traceparent"] = Header;
        http.Request.Headers["tracestate"] = state;
        Envelope.Read(Message(null), out var envelope);

        Assert.Equal(isPassed ? 2 : 1, TraceContext.Passed(http.Request)!.Count);
        Assert.Equal(isPassed ? state : null, TraceContext.Of(http.Request, Message(null), envelope).TraceState);
    }

    [Fact]
    public void What_is_no_string_is_not_written_over()
    {
        var message = Encoding.UTF8.GetBytes("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{"traceparent":[""" + new string('1', 55) + "]}}}");
        var before = message.ToArray();
        Envelope.Read(message, out var envelope);
        using var span = new Activity("x").SetIdFormat(ActivityIdFormat.W3C).Start();

        TraceContext.Overwrite(message, envelope, span);

        Assert.Equal(before, message);
    }

    private static byte[] Message(string? parent)
    {
        var context = parent is null ? "" : $",\"traceparent\":\"{parent}\"";
        return Encoding.UTF8.GetBytes(
            """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","_meta":{"x":1""" + context + """},"arguments":{}}}""");
    }
}
