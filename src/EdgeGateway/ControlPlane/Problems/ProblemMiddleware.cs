using EdgeGateway.Storage;
using Microsoft.AspNetCore.Diagnostics;

namespace EdgeGateway.ControlPlane.Problems;

/// <summary>Turns what nobody answered into problems: unknown routes, wrong methods, exceptions.</summary>
internal static class ProblemMiddleware
{
    /// <summary>Belongs first in the pipeline, so that it covers everything behind it.</summary>
    public static IApplicationBuilder UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = context => FromException(context.Features.Get<IExceptionHandlerFeature>()?.Error).ExecuteAsync(context),
            AllowStatusCode404Response = true,
        });
        return app.UseStatusCodePages(context => FromStatus(context.HttpContext).ExecuteAsync(context.HttpContext));
    }

    private static Problem FromException(Exception? error) => error switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            Problem.Of(ProblemTypes.BodyTooLarge, "the body is longer than MAX_BODY_BYTES allows"),
        BadHttpRequestException refused =>
            Problem.Of(ProblemTypes.Malformed, "the HTTP request could not be read") with { Status = refused.StatusCode },
        DatabaseUnusableException =>
            Problem.Of(ProblemTypes.StorageUnavailable, "the database cannot be used at the moment; the gateway's log says why"),
        _ => Problem.Of(ProblemTypes.Internal, "the gateway met an error of its own; its log has the details under this trace_id"),
    };

    private static Problem FromStatus(HttpContext context)
    {
        var status = context.Response.StatusCode;
        var detail = status switch
        {
            404 => $"nothing is served at {context.Request.Method} {Shorten(context.Request.Path)}",
            405 => $"{context.Request.Method} is not served here; use {context.Response.Headers.Allow}",
            401 => "send a valid token: Authorization: Bearer <token>",
            403 => "the token does not allow this",
            _ => $"the request was refused with status {status}",
        };
        return Problem.Of(ProblemTypes.ForStatus(status), detail) with { Status = status };
    }

    private static string Shorten(PathString path) => path.Value is { Length: > 200 } text ? text[..200] + "…" : path.Value ?? "";
}
