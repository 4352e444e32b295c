namespace EdgeGateway.Cli.Connect;

/// <summary>Messages to standard output, one a line, whoever writes at once.</summary>
internal sealed class LineWriter(Stream output) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    public async Task WriteAsync(ReadOnlyMemory<byte> message)
    {
        // Line breaks in JSON stand between its parts only: inside a string they are escaped.
        var line = new byte[message.Length + 1];
        message.Span.CopyTo(line);
        line.AsSpan().Replace((byte)'\n', (byte)' ');
        line.AsSpan().Replace((byte)'\r', (byte)' ');
        line[^1] = (byte)'\n';
        await _turn.WaitAsync();
        try
        {
            await output.WriteAsync(line);
            await output.FlushAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}
