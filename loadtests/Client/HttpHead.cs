namespace EdgeGateway.LoadTests.Client;

/// <summary>Header lines every request has.</summary>
internal static class HttpHead
{
    public static string Common(McpTarget target)
    {
        const string Accept = "Accept: application/json, text/event-stream\r\n";
        return target.Token is { } token ? $"{Accept}Authorization: Bearer {token}\r\n" : Accept;
    }
}
