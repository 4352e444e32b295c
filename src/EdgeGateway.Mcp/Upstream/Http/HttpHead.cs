namespace EdgeGateway.Mcp.Upstream.Http;

/// <summary>What all requests of a session to one place have in common. A POST has a JSON body, other methods have none.</summary>
/// <param name="Method">GET, POST or DELETE.</param>
/// <param name="Url">http or https.</param>
/// <param name="Headers">All headers but those of the body and of the connection.</param>
internal sealed record HttpHead(HttpMethod Method, Uri Url, IReadOnlyList<KeyValuePair<string, string>> Headers);
