using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.Tests.OpenApi;
using Microsoft.Playwright;

namespace EdgeGateway.Ui.Tests.Harness;

/// <summary>What a page asks of the gateway, each call held against the <c>openapi.json</c> that this gateway serves.</summary>
internal sealed class PageCalls
{
    private static readonly string[] Scripted = ["fetch", "xhr", "eventsource"];

    private readonly OpenApiContract _contract;
    private readonly Uri _gateway;
    private readonly Action<string> _complain;
    private readonly ConcurrentDictionary<string, bool> _routes = new();

    private PageCalls(OpenApiContract contract, Uri gateway, Action<string> complain) => (_contract, _gateway, _complain) = (contract, gateway, complain);

    /// <summary>The operations that were used, as in "GET /servers/{id}".</summary>
    public ICollection<string> Routes => _routes.Keys;

    public static async Task<PageCalls> FollowAsync(IPage page, PublishedGateway gateway, Action<string> complain, CancellationToken cancellationToken)
    {
        var (_, document) = await gateway.Api.GetAsync("/openapi.json", cancellationToken);
        var calls = new PageCalls(new OpenApiContract((JsonObject)JsonNode.Parse(document.GetRawText())!), gateway.Url, complain);
        page.Request += (_, request) => calls.Check(request);
        page.Response += (_, response) => calls.Check(response);
        return calls;
    }

    private void Check(IRequest request)
    {
        var url = new Uri(request.Url);
        if (url.Scheme is "blob" or "data")
        {
            return; // a download that the page made itself
        }

        if (url.Authority != _gateway.Authority || !Scripted.Contains(request.ResourceType))
        {
            if (url.Authority != _gateway.Authority || (url.AbsolutePath != "/admin" && !url.AbsolutePath.StartsWith("/admin/", StringComparison.Ordinal)))
            {
                _complain($"{request.Url} was loaded as {request.ResourceType}");
            }

            return;
        }

        if (_contract.TryFind(request.Method, url.AbsolutePath) is not var (route, operation))
        {
            _complain($"{request.Method} {url.AbsolutePath} is not in openapi.json");
            return;
        }

        _routes[route] = true;
        var query = url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')[0]);
        Unknown(route, "query", query.Except(_contract.Parameters(operation, "query")));
        Unknown(route, "header", request.Headers.Keys.Where(name => name == "if-match").Except(_contract.Parameters(operation, "header"), StringComparer.OrdinalIgnoreCase));
        if (request.PostData is { } body)
        {
            Unknown(route, "body", JsonNode.Parse(body)!.AsObject().Select(member => member.Key).Except(_contract.BodyMembers(operation) ?? []));
        }
    }

    /// <summary>A status that is described; and what was accepted is what is described, to the types.</summary>
    private void Check(IResponse response)
    {
        var request = response.Request;
        var url = new Uri(request.Url);
        if (url.Authority != _gateway.Authority || !Scripted.Contains(request.ResourceType) || _contract.TryFind(request.Method, url.AbsolutePath) is not var (route, operation))
        {
            return;
        }

        if (!operation["responses"]!.AsObject().ContainsKey($"{response.Status}"))
        {
            _complain($"{route}: the answer {response.Status} is not in openapi.json");
        }

        if (response.Ok)
        {
            foreach (var error in _contract.CheckRequest(operation, request.PostData))
            {
                _complain($"{route}: the body that was sent: {error}");
            }
        }
    }

    private void Unknown(string route, string place, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            _complain($"{route}: {name} in the {place} is not in openapi.json");
        }
    }
}
