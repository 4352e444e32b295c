using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.TestUpstreams;

namespace EdgeGateway.Ui.Tests.Harness;

/// <summary>An upstream, a gateway in front of it with pooling switched on, and one server registered.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private readonly Workspace _workspace;

    private Scene(Workspace workspace, TestUpstream upstream, PublishedGateway gateway, string server) =>
        (_workspace, Upstream, Gateway, Server) = (workspace, upstream, gateway, server);

    public TestUpstream Upstream { get; }

    public PublishedGateway Gateway { get; }

    /// <summary>The id of the server named <c>everything</c>.</summary>
    public string Server { get; }

    public Workspace Workspace => _workspace;

    public static async Task<Scene> SetAsync(CancellationToken cancellationToken)
    {
        var workspace = Workspace.WithPooling();
        var upstream = await TestUpstream.StartAsync(cancellationToken: cancellationToken);
        var gateway = await PublishedGateway.StartAsync(workspace, cancellationToken);
        return new Scene(workspace, upstream, gateway, await gateway.Api.AddServerAsync("everything", upstream.Url, cancellationToken));
    }

    /// <summary>Five sessions, open and ready.</summary>
    public async Task EnablePoolAsync(CancellationToken cancellationToken)
    {
        await Gateway.Api.PutAsync($"/servers/{Server}/pool/config", """{"enabled":true,"size":5,"min_size":2,"max_size":10}""", cancellationToken);
        await Gateway.Api.UntilAsync($"/servers/{Server}/pool/stats", body => body.GetProperty("available_sessions").GetInt32() == 5, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
        _workspace.Dispose();
    }
}
