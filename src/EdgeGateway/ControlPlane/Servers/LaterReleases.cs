using EdgeGateway.ControlPlane.Http;

namespace EdgeGateway.ControlPlane.Servers;

/// <summary>What the schema knows and this release does not serve yet. When it does, its line goes.</summary>
internal static class LaterReleases
{
    public static void Refuse(JsonFields server, ServerTransport transport, string era)
    {
        if (transport is ServerTransport.Sse or ServerTransport.Stdio)
        {
            server.Fail("transport", "sse and stdio arrive with a later release; use streamable_http");
        }

        if (era == "modern")
        {
            server.Fail("era", "modern arrives with a later release; use auto, legacy or dual");
        }
    }
}
