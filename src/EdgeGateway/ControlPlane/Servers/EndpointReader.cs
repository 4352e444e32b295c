using System.Text.Json;
using EdgeGateway.ControlPlane.Http;

namespace EdgeGateway.ControlPlane.Servers;

/// <summary>Reads <c>url</c>, or <c>endpoints</c>: one is short for the other.</summary>
internal static class EndpointReader
{
    public const int MaxWeight = 10_000;
    private const int MaxUrl = 2048;
    private const int MaxEndpoints = 64;

    public static IReadOnlyList<ServerEndpoint> Read(JsonFields server)
    {
        var url = server.Text("url", 1, MaxUrl);
        if (url is not null)
        {
            Check(server, "url", url);
        }

        var endpoints = new List<ServerEndpoint>();
        foreach (var (index, item) in server.Items("endpoints", MaxEndpoints).Index())
        {
            if (ReadOne(item, $"{server.PointerTo("endpoints")}/{index}", server.Errors) is { } endpoint)
            {
                if (endpoints.Exists(other => other.Url == endpoint.Url))
                {
                    server.Errors.Add($"{server.PointerTo("endpoints")}/{index}/url", "is given twice; raise the weight of one instead");
                }

                endpoints.Add(endpoint);
            }
        }

        if (url is null)
        {
            return endpoints;
        }

        if (endpoints is not ([] or [{ Weight: 1 }]) || endpoints is [var only] && only.Url != url)
        {
            server.Fail("endpoints", "says something else than url; send one of the two");
        }

        return [new ServerEndpoint(url)];
    }

    private static ServerEndpoint? ReadOne(JsonElement item, string pointer, ValidationErrors errors)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            errors.Add(pointer, $"must be an object {{url, weight}}; got {JsonFields.Kind(item)}");
            return null;
        }

        var fields = new JsonFields(item, pointer, errors);
        var url = fields.Text("url", 1, MaxUrl);
        if (url is not null)
        {
            Check(fields, "url", url);
        }
        else if (fields.Find("url") is null)
        {
            fields.Fail("url", "is missing");
        }

        var weight = fields.Integer("weight", 1, MaxWeight) ?? 1;
        return url is null ? null : new ServerEndpoint(url, weight);
    }

    private static void Check(JsonFields fields, string name, string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
        {
            fields.Fail(name, "must be an absolute http or https URL, e.g. http://127.0.0.1:3001/mcp");
        }
        else if (uri.UserInfo.Length > 0)
        {
            fields.Fail(name, "must not contain credentials; put them into auth, where they are encrypted");
        }
        else if (uri.Fragment.Length > 0)
        {
            fields.Fail(name, "must not have a fragment");
        }
    }
}
