using System.Text;

namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>Passes what a process says on standard error to the log: line by line, shortened, and not more than an operator can read.</summary>
internal sealed class StderrLog(int pid, IStdioLog log, TimeProvider clock)
{
    /// <summary>A stack trace's line fits.</summary>
    private const int LongestLine = 1000;

    /// <summary>A stack trace fits; a server that logs each of its steps does not fill the gateway's log.</summary>
    private const int LinesAtOnce = 100;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    // Used by the one reader of the stream.
    private long _windowBegan = clock.GetTimestamp();
    private int _lines;

    /// <summary>Reads until the stream ends.</summary>
    public async Task RunAsync(Stream stream, CancellationToken cancellationToken)
    {
        var lines = new LineReader(stream, LongestLine);
        while (await lines.ReadAsync(cancellationToken) is { } line)
            Take(line.Bytes.Span);
        Report();
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        if (clock.GetElapsedTime(_windowBegan) >= Window)
        {
            Report();
            _windowBegan = clock.GetTimestamp();
            _lines = 0;
        }

        if (line.IsEmpty || ++_lines > LinesAtOnce)
            return;
        log.Said(pid, VisibleText.Quote(Encoding.UTF8.GetString(line), LongestLine));
    }

    private void Report()
    {
        if (_lines > LinesAtOnce)
            log.SaidTooMuch(pid, _lines - LinesAtOnce);
    }
}
