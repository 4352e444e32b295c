using System.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace EdgeGateway.Logging;

/// <summary>One line per record, as the setup guide shows them: <c>2026-11-23T10:00:00Z INFO - SessionPoolManager initialized with 0 pools</c>.</summary>
internal sealed class LineFormatter(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    /// <summary>The host's record with a stack of thirty lines; the verb reports the same failure in one sentence.</summary>
    public const string HostDidNotStart = "HostedServiceStartupFaulted";

    private static readonly SearchValues<char> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Select(c => (char)c), '\u007F', '\u0085', '\u2028', '\u2029']);

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (logEntry.EventId.Name == HostDidNotStart)
        {
            return;
        }
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.Write(clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z' "));
        textWriter.Write(NameOf(logEntry.LogLevel));
        textWriter.Write(" - ");
        WriteOneLine(textWriter, message);
        textWriter.Write('\n');
        if (logEntry.Exception is { } exception)
        {
            WriteIndented(textWriter, exception);
        }
    }

    /// <summary>What the guide's readers know: Python's names.</summary>
    public static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "TRACE",
        LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARNING",
        LogLevel.Error => "ERROR",
        _ => "CRITICAL",
    };

    /// <summary>A name with a line break in it must not be able to forge a record, nor an escape to paint the terminal.</summary>
    private static void WriteOneLine(TextWriter writer, string message)
    {
        var rest = message.AsSpan();
        for (int i; (i = rest.IndexOfAny(Controls)) >= 0; rest = rest[(i + 1)..])
        {
            writer.Write(rest[..i]);
            writer.Write(rest[i] switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", var control => $"\\u{(int)control:x4}" });
        }
        writer.Write(rest);
    }

    private static void WriteIndented(TextWriter writer, Exception exception)
    {
        foreach (var line in exception.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            writer.Write("    ");
            WriteOneLine(writer, line.TrimEnd('\r'));
            writer.Write('\n');
        }
    }
}
