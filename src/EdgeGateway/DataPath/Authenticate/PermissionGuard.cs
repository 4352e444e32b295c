using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Listen;
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
            var options = context.RequestServices.GetRequiredService<GatewayOptions>();
            var result = await gate.AuthenticateAsync(context.Request.Headers.Authorization);
            if ((result.Principal ?? OfPage(context, result)) is not { } principal)
            {
                context.Response.Headers[HeaderNames.WWWAuthenticate] = result.Challenge;
                await Problem.Of(ProblemTypes.Unauthorized, result.Detail).ExecuteAsync(context);
                return;
            }
            if ((result.Principal is null ? PageCookie.RefuseForeign(context.Request, options.PublicUrl) : OpenDoor.RefuseForeign(context.Request, options, context.RequestServices.GetRequiredService<OriginPolicy>())) is { } foreign)
            {
                await Problem.Of(ProblemTypes.Forbidden, foreign).ExecuteAsync(context);
                return;
            }
            context.Features.Set<IPrincipalFeature>(new PrincipalFeature(principal));
        }

        if (Refusal(context, wanted) is { } refusal)
        {
            await Problem.Of(ProblemTypes.Forbidden, refusal).ExecuteAsync(context);
            return;
        }
        await next(context);
    }

    /// <summary>Whether a request that takes long would still be let in: its token or session may have been revoked meanwhile.</summary>
    public static async ValueTask<bool> IsStillInAsync(HttpContext context)
    {
        var result = await context.RequestServices.GetRequiredService<JwtGate>().AuthenticateAsync(context.Request.Headers.Authorization);
        return (result.Principal ?? OfPage(context, result)) is not null;
    }

    /// <summary>Who is signed in on the admin page, where no token was sent.</summary>
    private static Principal? OfPage(HttpContext context, AuthResult result) =>
        result.Error is null && PageCookie.Of(context.Request) is { } cookie ? context.RequestServices.GetRequiredService<PageSessions>().Find(cookie) : null;

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
