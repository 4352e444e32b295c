namespace EdgeGateway.LoadTests.Client;

/// <summary>Where an MCP server is, and who asks.</summary>
/// <param name="Url">http or https.</param>
/// <param name="Token">Bearer token; null for servers that ask for none.</param>
/// <param name="Thumbprint">Of https the one certificate that is accepted: SHA-1, in capitals.</param>
internal sealed record McpTarget(Uri Url, string? Token = null, string? Thumbprint = null)
{
    public bool IsTls => Url.Scheme == Uri.UriSchemeHttps;
}
