using Microsoft.AspNetCore.Http.Features;

namespace EdgeGateway.DataPath.Listen;

/// <summary>
/// The short way of what the gateway is there for: a POST to <c>/servers/{id}/mcp</c> that comes from no browser. It needs nothing of the
/// pipeline in between (routing, CORS, error pages), which costs as much as relaying does. Anything else, the same message with an Origin
/// header too, takes the pipeline; both end in the same <see cref="RelayEndpoint"/>.
/// </summary>
internal sealed class MessageLane(RelayEndpoint relay, RequestGuard guard)
{
    private readonly RequestDelegate _endpoint = guard.Around(relay.PostAsync);

    /// <summary>Whether this request takes it.</summary>
    public static bool Takes(IHttpRequestFeature request) =>
        ReferenceEquals(request.Method, HttpMethods.Post) && ServerPath.IsMcp(request.Path) && request.Headers.Origin.Count == 0;

    public Task RunAsync(HttpContext http) => _endpoint(http);
}
