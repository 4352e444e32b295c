using EdgeGateway.Mcp.Upstream.Http;
using EdgeGateway.Mcp.Upstream.Http.Lean;

namespace EdgeGateway.Mcp.Tests.Upstream.Http;

/// <summary>The lean transport over streams of the test instead of sockets.</summary>
internal static class LeanOver
{
    private static readonly HttpHead Head = new(HttpMethod.Post, new Uri("http://upstream.test/mcp"), []);

    public static PreparedRequest Post(Func<CancellationToken, ValueTask<Stream>> connect) => new LeanRequest(
        RequestHead.Bytes(Head), hasBody: true, new ConnectionPool(connect, TimeProvider.System), TimeProvider.System);
}
