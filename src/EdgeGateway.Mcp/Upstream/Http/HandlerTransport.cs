using System.Net;

namespace EdgeGateway.Mcp.Upstream.Http;

/// <summary>The platform's HTTP client, for whoever wants it, and as the measure for <see cref="LeanTransport"/>.</summary>
/// <param name="http">Sends; disposed with this. Best over <see cref="UpstreamHttpHandler.Create"/>.</param>
public sealed class HandlerTransport(HttpMessageInvoker http) : HttpTransport
{
    internal override PreparedRequest Prepare(HttpHead head)
    {
        foreach (var (name, value) in head.Headers)
            HeaderText.ThrowIfForging(name, value);
        return new HandlerRequest(http, head);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => http.Dispose();

    private sealed class HandlerRequest(HttpMessageInvoker http, HttpHead head) : PreparedRequest
    {
        public override async ValueTask<HttpAnswer> SendAsync(
            IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
        {
            var request = Message(headers, body);
            HttpResponseMessage? response = null;
            try
            {
                response = await http.SendAsync(request, cancellationToken);
                return new HandlerAnswer(response, await response.Content.ReadAsStreamAsync(cancellationToken));
            }
            catch (Exception exception)
            {
                response?.Dispose();
                request.Dispose();
                if (cancellationToken.IsCancellationRequested || !IsOfTheNetwork(exception))
                    throw;
                throw new UpstreamException(HttpFaults.Of(exception));
            }
        }

        private HttpRequestMessage Message(IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body)
        {
            // Over 1.1 a request is sent whole before its answer is read, so the caller's buffer is free when SendAsync returns;
            // over 2 an early answer could leave it being read.
            var request = new HttpRequestMessage(head.Method, head.Url) { Version = HttpVersion.Version11 };
            foreach (var (name, value) in head.Headers)
                request.Headers.TryAddWithoutValidation(name, value);
            for (var i = 0; i < headers.Count; i++)
            {
                var (name, value) = headers[i];
                if (HeaderLists.IsReserved(name))
                    continue;
                HeaderText.ThrowIfForging(name, value);
                request.Headers.TryAddWithoutValidation(name, value);
            }

            if (head.Method == HttpMethod.Post)
            {
                request.Content = new ReadOnlyMemoryContent(body);
                request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
            }

            return request;
        }

        private static bool IsOfTheNetwork(Exception exception) => exception is HttpRequestException or IOException or OperationCanceledException;
    }
}
