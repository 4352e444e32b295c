using System.Net.Http.Headers;

namespace EdgeGateway.Mcp.Upstream.Http;

/// <summary>The answer of a message handler. Owns the response.</summary>
internal sealed class HandlerAnswer(HttpResponseMessage response, Stream body) : HttpAnswer
{
    public override int Status => (int)response.StatusCode;

    public override long? SentLength => response.Content.Headers.ContentLength;

    public override string? ContentType => Raw(response.Content.Headers, "Content-Type");

    public override string? RetryAfter => Raw(response.Headers, "Retry-After");

    public override string? WwwAuthenticate => Raw(response.Headers, "WWW-Authenticate");

    public override string? SessionId => Raw(response.Headers, "Mcp-Session-Id");

    public override ValueTask DisposeAsync()
    {
        response.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw new UpstreamException(HttpFaults.ConnectionLost(exception));
        }
    }

    private static string? Raw(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
