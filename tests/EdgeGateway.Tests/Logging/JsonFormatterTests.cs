using System.Text.Json;
using EdgeGateway.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeGateway.Tests.Logging;

/// <summary>What a collector of logs gets.</summary>
public sealed class JsonFormatterTests
{
    [Fact]
    public void A_record_is_one_line_and_names_each_value_by_itself()
    {
        var text = Write(new InvalidOperationException("first\nsecond"), new("Server", "a\"b\n"), new("Seconds", 1.5), new("Count", 7), new("Nothing", null), new("{OriginalFormat}", "…"));

        Assert.Equal(1, text.Count(c => c == '\n'));
        using var document = JsonDocument.Parse(text);
        var record = document.RootElement;
        Assert.Equal("WARNING", record.GetProperty("level").GetString());
        Assert.Equal("2026-11-23T10:00:00.000Z", record.GetProperty("time").GetString());
        Assert.Equal(("said", "EdgeGateway.X", 2001, "UpstreamFailed"), (record.GetProperty("message").GetString(), record.GetProperty("category").GetString(), record.GetProperty("event_id").GetInt32(), record.GetProperty("event").GetString()));
        Assert.Equal(("a\"b\n", 1.5, 7), (record.GetProperty("server").GetString(), record.GetProperty("seconds").GetDouble(), record.GetProperty("count").GetInt32()));
        Assert.Equal(JsonValueKind.Null, record.GetProperty("nothing").ValueKind);
        Assert.Contains("second", record.GetProperty("exception").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("OriginalFormat", text, StringComparison.Ordinal);
    }

    private static string Write(Exception? exception, params KeyValuePair<string, object?>[] named)
    {
        var formatter = new JsonFormatter(new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero)));
        using var writer = new StringWriter();
        formatter.Write(
            new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(LogLevel.Warning, "EdgeGateway.X", new EventId(2001, "UpstreamFailed"), named, exception, (_, _) => "said"),
            null,
            writer);
        return writer.ToString();
    }
}
