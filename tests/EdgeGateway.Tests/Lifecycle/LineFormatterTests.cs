using EdgeGateway.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeGateway.Tests.Lifecycle;

public sealed class LineFormatterTests
{
    private static string Format(LogLevel level, string message, Exception? exception = null, EventId id = default)
    {
        var writer = new StringWriter();
        var formatter = new LineFormatter(new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero)));
        formatter.Write(new LogEntry<string>(level, "Category", id, message, exception, (state, _) => state), null, writer);
        return writer.ToString();
    }

    [Fact]
    public void A_record_reads_as_in_the_guide() =>
        Assert.Equal(
            "2026-11-23T10:00:00Z INFO - SessionPoolManager initialized with 0 pools\n",
            Format(LogLevel.Information, "SessionPoolManager initialized with 0 pools"));

    [Theory]
    [InlineData(LogLevel.Trace, "TRACE")]
    [InlineData(LogLevel.Debug, "DEBUG")]
    [InlineData(LogLevel.Warning, "WARNING")]
    [InlineData(LogLevel.Error, "ERROR")]
    [InlineData(LogLevel.Critical, "CRITICAL")]
    public void Levels_have_the_guides_names(LogLevel level, string name) =>
        Assert.Equal($"2026-11-23T10:00:00Z {name} - x\n", Format(level, "x"));

    [Fact]
    public void A_message_can_neither_forge_a_record_nor_paint_the_terminal() =>
        Assert.Equal("2026-11-23T10:00:00Z INFO - a\\nb\\r\\tc\\u001b[31m\\u2028d\n", Format(LogLevel.Information, "a\nb\r\tc\u001b[31m\u2028d"));

    [Fact]
    public void That_the_host_did_not_start_is_left_to_the_verb_which_says_it_in_a_sentence() =>
        Assert.Equal("", Format(LogLevel.Error, "Hosting failed to start", new IOException("x"), new EventId(11, "HostedServiceStartupFaulted")));

    [Fact]
    public void An_exception_follows_indented() =>
        Assert.Equal("2026-11-23T10:00:00Z ERROR - x\n    System.InvalidOperationException: a\n    b\n", Format(LogLevel.Error, "x", new InvalidOperationException("a\nb")));
}
