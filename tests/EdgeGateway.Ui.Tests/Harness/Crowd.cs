using System.Net;
using Xunit;

namespace EdgeGateway.Ui.Tests.Harness;

/// <summary>A gateway with a thousand servers, each with a pool, set up at the first use and shared by the tests of a class.</summary>
public sealed class Crowd : IAsyncDisposable
{
    public const int Servers = 1000;

    private readonly SemaphoreSlim _turn = new(1);

    // Written once, under the turn.
    private Scene? _scene;

    /// <summary>Pools without stock: the page is told as much of them as of others, and the upstream is left alone.</summary>
    internal async Task<Scene> SceneAsync()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await _turn.WaitAsync(cancelled);
        try
        {
            if (_scene is null)
            {
                var scene = await Scene.SetAsync(cancelled);
                _scene = scene;
                await scene.Gateway.Api.PutAsync($"/servers/{scene.Server}/pool/config", """{"enabled":true,"strategy":"none"}""", cancelled);
                await Parallel.ForAsync(0, Servers - 1, cancelled, async (number, stop) => await AddAsync(scene, number, stop));
            }

            return _scene;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_scene is not null)
        {
            await _scene.DisposeAsync();
        }

        _turn.Dispose();
    }

    private static async Task AddAsync(Scene scene, int number, CancellationToken cancelled)
    {
        var server = $$"""{"name":"server {{number:000}}","url":"{{scene.Upstream.Url}}","description":"one of many","tags":["crowd"],"pool":{"enabled":true,"strategy":"none"} }""";
        var (status, _) = await scene.Gateway.Api.PostAsync("/servers", server, cancelled);
        Assert.Equal(HttpStatusCode.Created, status);
    }
}
