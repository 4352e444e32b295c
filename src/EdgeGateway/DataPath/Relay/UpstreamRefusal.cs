using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.DataPath.Relay;

/// <summary>What a client is told of an HTTP status that came in the place of an answer, where the upstream's body is not of the client's era (protocol.md section 5).</summary>
internal static class UpstreamRefusal
{
    public static RelayError Of(UpstreamReply reply, Exchange x)
    {
        if (reply.Status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden)
        {
            if (x.UpstreamHeaders.Count == 0)
            {
                return RelayError.UpstreamAuth(reply.Status);
            }

            // It was the caller's own authorization that was refused: how to get another one is for the caller to know.
            SetHeader(x, "WWW-Authenticate", reply.WwwAuthenticate);
            return RelayError.CallerRefused(reply.Status);
        }

        var error = RelayError.UpstreamRefused(reply.Status);
        if (reply.Status != StatusCodes.Status429TooManyRequests || reply.RetryAfter is null)
        {
            return error;
        }

        SetHeader(x, "Retry-After", reply.RetryAfter);
        return error with { RetryAfter = default };
    }

    /// <summary>Where an answer has begun the error is its last event, without headers.</summary>
    private static void SetHeader(Exchange x, string name, string? value)
    {
        if (!x.Http.Response.HasStarted)
        {
            x.Http.Response.Headers[name] = value;
        }
    }
}
