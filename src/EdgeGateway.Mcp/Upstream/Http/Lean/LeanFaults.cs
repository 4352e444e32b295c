using System.Runtime.ExceptionServices;
using System.Security.Authentication;

namespace EdgeGateway.Mcp.Upstream.Http.Lean;

/// <summary>What a caller is told when a connection failed under it.</summary>
internal static class LeanFaults
{
    /// <returns>What to throw; a cancellation comes first, because closing the connection may have caused the rest.</returns>
    public static Exception Of(Exception exception, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return new OperationCanceledException(exception.Message, exception, cancellationToken);
        return exception is IOException or ObjectDisposedException or AuthenticationException
            ? new UpstreamException(HttpFaults.ConnectionLost(exception))
            : AsItWas(exception);
    }

    private static Exception AsItWas(Exception exception)
    {
        ExceptionDispatchInfo.Throw(exception);
        return exception;
    }
}
