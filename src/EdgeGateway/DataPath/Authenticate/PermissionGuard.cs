using EdgeGateway.ControlPlane.Problems;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace EdgeGateway.DataPath.Authenticate;

/// <summary>Declares what a REST endpoint, or a group of them, asks of its caller.</summary>
internal static class PermissionGuard
{
    /// <summary>
    /// Answers 401 without a valid token and 403 without <paramref name="wanted"/>, or when the token is narrowed to another server than the route's
    /// <c>{id}</c>; a narrowed token is refused on routes without one. Stands around the endpoint itself, before a body is read; no middleware can be
    /// forgotten. On a group and on an endpoint, both apply.
    /// </summary>
    public static TBuilder RequirePermission<TBuilder>(this TBuilder builder, Permissions wanted)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint =>
        {
            var next = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context => GuardAsync(context, wanted, next);
            endpoint.Metadata.Add(new RequiredPermission(wanted));
        });
        return builder;
    }

    /// <summary>Whose request this is. Only behind <see cref="RequirePermission"/>, or after the data path set the feature.</summary>
    public static Principal GetPrincipal(this HttpContext context) =>
        context.Features.GetRequiredFeature<IPrincipalFeature>().Principal;

    private static async Task GuardAsync(HttpContext context, Permissions wanted, RequestDelegate next)
    {
        if (context.Features.Get<IPrincipalFeature>() is null)
        {
            var gate = context.RequestServices.GetRequiredService<JwtGate>();
            var result = await gate.AuthenticateAsync(context.Request.Headers.Authorization);
            if (result.Principal is null)
            {
                context.Response.Headers[HeaderNames.WWWAuthenticate] = result.Challenge;
                await Problem.Of(ProblemTypes.Unauthorized, result.Detail).ExecuteAsync(context);
                return;
            }
            context.Features.Set<IPrincipalFeature>(new PrincipalFeature(result.Principal));
        }

        if (Refusal(context, wanted) is { } refusal)
        {
            await Problem.Of(ProblemTypes.Forbidden, refusal).ExecuteAsync(context);
            return;
        }
        await next(context);
    }

    private static string? Refusal(HttpContext context, Permissions wanted)
    {
        var principal = context.GetPrincipal();
        if (!principal.Has(wanted))
        {
            return $"This call needs the permission {PermissionNames.Format(wanted)}; the token of {principal.Name} allows {PermissionNames.Format(principal.Permissions)}.";
        }
        if (principal.ServerId is not null && (context.GetRouteValue("id") is not string id || !principal.MayUse(id)))
        {
            return $"The token of {principal.Name} is for server {principal.ServerId} only; use one that is not narrowed to a server.";
        }
        return null;
    }
}

/// <summary>On the endpoint, for documentation and tests.</summary>
internal sealed record RequiredPermission(Permissions Permissions);
