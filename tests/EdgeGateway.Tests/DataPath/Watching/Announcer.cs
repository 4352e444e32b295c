using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Watching;

/// <summary>A legacy server without sessions that lets anybody listen and says what a test says.</summary>
internal sealed class Announcer : IAsyncDisposable
{
    private readonly Channel<Listened> _streams = Channel.CreateUnbounded<Listened>();

    private Announcer()
    {
    }

    public ScriptedUpstream Upstream { get; private set; } = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<Announcer> StartAsync()
    {
        var announcer = new Announcer();
        announcer.Upstream = await ScriptedUpstream.StartAsync(announcer.ServeAsync, isStateful: false);
        return announcer;
    }

    /// <summary>The next stream that somebody opens.</summary>
    public async Task<Listened> UntilListenedToAsync() => await _streams.Reader.ReadAsync(Cancelled);

    public ValueTask DisposeAsync() => Upstream.DisposeAsync();

    private async Task ServeAsync(HttpContext http, string body)
    {
        if (http.Request.Method != "GET")
        {
            await ScriptedUpstream.JsonAsync(http, $$$"""{"jsonrpc":"2.0","id":{{{ScriptedUpstream.IdOf(body)}}},"result":{}}""");
            return;
        }

        var stream = new Listened(http.Request.Headers.Authorization.ToString());
        await ScriptedUpstream.EventsAsync(http);
        await _streams.Writer.WriteAsync(stream);
        await stream.SpeakAsync(http);
    }
}
