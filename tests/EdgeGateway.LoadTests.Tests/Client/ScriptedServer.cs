using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using EdgeGateway.LoadTests.Client;

namespace EdgeGateway.LoadTests.Tests.Client;

/// <summary>Answers each request with what a function says, byte by byte as it stands; closes the connection after an answer without an end.</summary>
internal sealed partial class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _serving;

    public ScriptedServer(Func<string, string> answer)
    {
        _listener.Start();
        _serving = ServeAsync(answer);
    }

    public McpTarget Target => new(new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/mcp"));

    public List<string> Requests { get; } = [];

    public int Connections { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _serving;
        _listener.Dispose();
        _ended.Dispose();
    }

    private async Task ServeAsync(Func<string, string> answer)
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_ended.Token);
                Connections++;
                while (await ReadAsync(client.GetStream(), _ended.Token) is { } request)
                {
                    Requests.Add(request);
                    var text = answer(request);
                    await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), _ended.Token);
                    if (!text.Contains("\r\n\r\n", StringComparison.Ordinal))
                    {
                        break;
                    }
                }
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException)
        {
            // The test is over.
        }
    }

    private static async Task<string?> ReadAsync(NetworkStream stream, CancellationToken ended)
    {
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        while (true)
        {
            var read = await stream.ReadAsync(buffer, ended);
            if (read == 0)
            {
                return null;
            }

            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            var request = text.ToString();
            var head = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            var length = Length().Match(request) is { Success: true } match ? int.Parse(match.Groups["length"].Value, CultureInfo.InvariantCulture) : 0;
            if (head >= 0 && Encoding.UTF8.GetByteCount(request[(head + 4)..]) >= length)
            {
                return request;
            }
        }
    }

    [GeneratedRegex("Content-Length: (?<length>[0-9]+)")]
    private static partial Regex Length();
}
