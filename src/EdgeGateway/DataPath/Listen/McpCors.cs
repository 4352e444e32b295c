using Microsoft.Net.Http.Headers;

namespace EdgeGateway.DataPath.Listen;

/// <summary>CORS from the same list as the Origin check: browsers of allowed origins may call and may read the MCP headers.</summary>
internal static class McpCors
{
    public static void UseMcpCors(this WebApplication app)
    {
        var origins = app.Services.GetRequiredService<OriginPolicy>();
        app.UseCors(policy => policy
            .SetIsOriginAllowed(origins.Allows)
            .AllowAnyHeader()
            .AllowAnyMethod()
            .WithExposedHeaders(McpHeaders.SessionId, McpHeaders.ProtocolVersion, HeaderNames.WWWAuthenticate, HeaderNames.RetryAfter));
    }
}
