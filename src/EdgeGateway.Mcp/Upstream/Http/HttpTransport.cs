namespace EdgeGateway.Mcp.Upstream.Http;

/// <summary>
/// Carries requests to upstreams over HTTP/1.1 and keeps connections between them. Two of a kind: <see cref="LeanTransport"/> does what
/// the gateway needs and nothing else, <see cref="HandlerTransport"/> is the platform's. What a caller sees of both is the same.
/// </summary>
public abstract class HttpTransport : IDisposable
{
    private protected HttpTransport()
    {
    }

    /// <summary>Makes a request that can be sent any number of times, also at once.</summary>
    /// <exception cref="ArgumentException">A header would forge another one.</exception>
    internal abstract PreparedRequest Prepare(HttpHead head);

    /// <summary>Closes connections nobody uses. Those in use end with their answers.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes connections nobody uses.</summary>
    /// <param name="disposing">Always true: there is no finalizer.</param>
    protected abstract void Dispose(bool disposing);
}
