using System.Text;

namespace EdgeGateway.TestUpstreams.Stdio;

/// <summary>Standard output, a line at a time; calls run at once.</summary>
internal sealed class StdioOutput : IDisposable
{
    private readonly Stream _stream = Console.OpenStandardOutput();
    private readonly Lock _lock = new();

    public void Write(string line)
    {
        lock (_lock)
        {
            _stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
            _stream.Flush();
        }
    }

    public void Dispose() => _stream.Dispose();
}
