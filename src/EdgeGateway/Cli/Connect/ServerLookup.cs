using System.Net;
using System.Text.Json;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.Cli.Connect;

/// <summary>Finds the MCP endpoint of a server that is named by id, name or URL.</summary>
internal sealed class ServerLookup(HttpMessageInvoker http, string gatewayUrl, IReadOnlyList<KeyValuePair<string, string>> headers)
{
    /// <summary>Names that are listed when none fits; the rest is in GET /servers.</summary>
    private const int NamesShown = 10;

    private const int IdLength = 32;

    /// <exception cref="BootException">There is no such server, or the gateway cannot be asked.</exception>
    public async Task<Uri> FindAsync(string server, CancellationToken cancellationToken)
    {
        if (Uri.TryCreate(server, UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https")
        {
            return endpoint;
        }

        if (!Uri.TryCreate(gatewayUrl.TrimEnd('/') + "/", UriKind.Absolute, out var gateway) || gateway.Scheme is not ("http" or "https"))
        {
            throw new BootException(ExitCode.BadConfiguration, $"--url is \"{gatewayUrl}\"; it must be an address such as http://127.0.0.1:4444");
        }

        // An id needs no look-up, so a token that may not list servers will do.
        var isId = server.Length == IdLength && server.All(char.IsAsciiHexDigitLower);
        return new Uri(gateway, $"servers/{(isId ? server : await IdOfAsync(server, gateway, cancellationToken))}/mcp");
    }

    private async Task<string> IdOfAsync(string name, Uri gateway, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        for (string? after = ""; after is not null;)
        {
            using var page = await ReadPageAsync(new Uri(gateway, $"servers?limit=500{(after.Length == 0 ? "" : "&after=" + Uri.EscapeDataString(after))}"), gateway, cancellationToken);
            foreach (var server in page.RootElement.GetProperty("items").EnumerateArray())
            {
                if (server.GetProperty("name").GetString() == name)
                {
                    return server.GetProperty("id").GetString()!;
                }

                names.Add(server.GetProperty("name").GetString()!);
            }

            after = page.RootElement.GetProperty("next").GetString();
        }

        var known = names.Count == 0 ? "none is registered yet" : string.Join(", ", names.Take(NamesShown)) + (names.Count > NamesShown ? ", …" : "");
        throw new BootException(ExitCode.BadConfiguration, $"No server of the gateway at {gateway} has the id or name \"{name}\". There are: {known}.");
    }

    private async Task<JsonDocument> ReadPageAsync(Uri page, Uri gateway, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, page);
        foreach (var (header, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => JsonDocument.Parse(body),
                HttpStatusCode.Unauthorized => throw new BootException(ExitCode.BadConfiguration,
                    "The gateway does not accept the token, or got none. Make one with edge-gateway token create and pass it in EDGE_GATEWAY_TOKEN."),
                HttpStatusCode.Forbidden => throw new BootException(ExitCode.BadConfiguration,
                    "The token may not list servers, so none can be found by name. Give the server's id, or use a token with servers.read."),
                var status => throw new BootException(ExitCode.Runtime, $"{page} was answered {(int)status}; check that --url leads to the gateway."),
            };
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException || (failed is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new BootException(ExitCode.Runtime, $"The gateway at {gateway} cannot be reached. Start it, or say where it is: --url http://HOST:4444", failed);
        }
        catch (JsonException failed)
        {
            throw new BootException(ExitCode.Runtime, $"{page} answered with something else than JSON; check that --url leads to the gateway.", failed);
        }
    }
}
