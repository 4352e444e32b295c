using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Json;

namespace EdgeGateway.ControlPlane.OAuth;

/// <summary>OAuth 2.0 Protected Resource Metadata (RFC 9728) of each MCP endpoint: where a client without a token gets one.</summary>
internal sealed class ResourceMetadataEndpoints(ServerCatalog catalog, JwtGate gate, GatewayOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var door in ProtectedResource.Doors)
        {
            routes.MapGet($"{ProtectedResource.WellKnown}/servers/{{id}}/{door}", Answering.With(context => Get(context.RouteValue("id"), door))).AllowAnonymous();
        }
    }

    private IResult Get(string id, string door)
    {
        var resource = gate.Resource;
        if (!resource.IsOn)
        {
            return Problem.Of(ProblemTypes.OAuthNotConfigured, "OAuth metadata needs PUBLIC_URL and OAUTH_AUTHORIZATION_SERVERS");
        }

        return catalog.Find(id) is null
            ? Problem.ServerNotFound(id)
            : TypedResults.Json(
                new ResourceMetadataResponse(resource.UriOf(id, door), options.AuthorizationServers, ["header"], [ProtectedResource.Scope]),
                WireJson.Relaxed.ResourceMetadataResponse);
    }
}

/// <summary>RFC 9728, 2.</summary>
internal sealed record ResourceMetadataResponse(
    string Resource, IReadOnlyList<string> AuthorizationServers, IReadOnlyList<string> BearerMethodsSupported, IReadOnlyList<string> ScopesSupported);
