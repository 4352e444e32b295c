namespace EdgeGateway.BlackBox.Tests.Harness;

/// <summary>A server of <see cref="SuitePackages"/>, the published gateway with a pool before it, and a user's token.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private PublishedGateway? _gateway;

    public Workspace Workspace { get; } = Workspace.WithPooling();

    public NodeServer Server { get; private set; } = null!;

    /// <summary>The server's MCP endpoint at the gateway.</summary>
    public Uri Url { get; private set; } = null!;

    public string Token { get; private set; } = "";

    /// <summary>Skips the test where it cannot be set.</summary>
    public static async Task<Stage> SetAsync(SuitePackages packages, string upstream, CancellationToken cancellationToken)
    {
        packages.Require();
        var stage = new Stage();
        try
        {
            await stage.FillAsync(packages, upstream, cancellationToken);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (_gateway?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (Server?.DisposeAsync() ?? ValueTask.CompletedTask);
        Workspace.Dispose();
    }

    private async Task FillAsync(SuitePackages packages, string upstream, CancellationToken cancellationToken)
    {
        _gateway = await PublishedGateway.StartAsync(Workspace, cancellationToken);
        Server = await packages.StartAsync(upstream, cancellationToken);
        var id = await _gateway.Api.AddServerAsync(upstream, Server.Url, cancellationToken);
        await _gateway.Api.PutAsync($"/servers/{id}/pool/config", """{"enabled":true}""", cancellationToken);
        Url = new Uri(_gateway.Url, $"/servers/{id}/mcp");
        Token = await PublishedGateway.MintAsync(Workspace, cancellationToken, "ada", admin: false);
    }
}
