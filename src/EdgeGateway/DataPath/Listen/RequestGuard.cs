using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Record;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.Mcp.JsonRpc;
using Microsoft.AspNetCore.Connections;

namespace EdgeGateway.DataPath.Listen;

/// <summary>The outermost ring of the data path: whatever goes wrong inside, the client gets JSON-RPC and never an exception's text.</summary>
internal sealed class RequestGuard(GatewayOptions options, RelayServices services)
{
    private static readonly RelayError UnreadableBody =
        new(400, JsonRpcError.InvalidRequest, "The request body could not be read to its end.", "unreadable_body");

    public RequestDelegate Around(RequestDelegate endpoint) => async http =>
    {
        try
        {
            await endpoint(http);
        }
        catch (Exception left) when (left is OperationCanceledException or ConnectionResetException && http.RequestAborted.IsCancellationRequested)
        {
            // The client left while it waited or sent: there is nobody to answer.
        }
        catch (BadHttpRequestException unreadable)
        {
            var isTooLarge = unreadable.StatusCode == StatusCodes.Status413PayloadTooLarge;
            await Exchange.Answer(http, isTooLarge ? RelayError.TooLarge(options.MaxBodyBytes) : UnreadableBody with { Status = unreadable.StatusCode });
        }
#pragma warning disable CA1031 // the last ring: everything is logged and answered
        catch (Exception bug)
#pragma warning restore CA1031
        {
            services.Log.Unexpected(bug);
            if (http.Response.HasStarted)
            {
                // Half an answer must not end like a whole one.
                http.Abort();
            }

            await Exchange.Answer(http, RelayError.Unexpected);
        }
    };
}
