namespace EdgeGateway.Mcp.Upstream.Http;

/// <summary>A request of which all is known but the body and a few headers.</summary>
internal abstract class PreparedRequest
{
    /// <summary>Sends it and waits for the head of the answer.</summary>
    /// <param name="headers">Headers of this request alone; reserved names are passed over (<see cref="HeaderLists"/>).</param>
    /// <param name="body">Not read any more once the task has ended.</param>
    /// <param name="cancellationToken">Gives up waiting, and the connection with it.</param>
    /// <returns>To be disposed, by <see cref="HttpAnswer.DisposeAsync"/>.</returns>
    /// <exception cref="UpstreamException">What the network or the upstream did.</exception>
    /// <exception cref="ArgumentException">A header would forge another one.</exception>
    public abstract ValueTask<HttpAnswer> SendAsync(
        IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body, CancellationToken cancellationToken);
}
