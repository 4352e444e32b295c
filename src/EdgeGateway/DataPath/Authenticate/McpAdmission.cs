using EdgeGateway.DataPath.Listen;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.Mcp.JsonRpc;
using Microsoft.Net.Http.Headers;

namespace EdgeGateway.DataPath.Authenticate;

/// <summary>Stage 2 of the data path: lets a request in, or answers it in JSON-RPC. A token seen before costs no allocation.</summary>
internal static class McpAdmission
{
    /// <returns>Null when the request has been answered.</returns>
    public static ValueTask<Principal?> AdmitAsync(this JwtGate gate, HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        return gate.TryGetCached(header, out var principal) && MayInvoke(http, principal)
            ? new(principal)
            : AdmitSlowlyAsync(gate, http, header);
    }

    private static async ValueTask<Principal?> AdmitSlowlyAsync(JwtGate gate, HttpContext http, string header)
    {
        var result = await gate.AuthenticateAsync(header);
        if (result.Principal is not { } principal)
        {
            http.Response.Headers[HeaderNames.WWWAuthenticate] = gate.Resource.Extend(result.Challenge, http.Request.Path);
            await Exchange.Answer(http, new RelayError(401, JsonRpcError.InvalidRequest, result.Detail, "unauthorized"));
            return null;
        }

        if (!MayInvoke(http, principal))
        {
            if (!principal.Has(Permissions.McpInvoke))
            {
                http.Response.Headers[HeaderNames.WWWAuthenticate] = gate.Resource.InsufficientScope(http.Request.Path);
            }

            await Exchange.Answer(http, Forbidden);
            return null;
        }

        return principal;
    }

    private static RelayError Forbidden { get; } =
        new(403, JsonRpcError.InvalidRequest, "The token does not allow calls of this server: it needs the permission mcp.invoke and must not be narrowed to another server.", "forbidden");

    private static bool MayInvoke(HttpContext http, Principal principal) =>
        principal.Has(Permissions.McpInvoke) && principal.MayUse(ServerPath.IdOf(http.Request));
}
