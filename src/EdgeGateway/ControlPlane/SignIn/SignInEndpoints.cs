using System.Text.Json.Nodes;
using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Audit;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EdgeGateway.ControlPlane.SignIn;

/// <summary><c>/admin/session</c>: a token or a one-time link for the cookie of the admin page.</summary>
internal sealed class SignInEndpoints(
    BodyReader bodies, JwtGate gate, PageSessions sessions, GatewayOptions options, AuditTrail audit, TimeProvider clock)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/admin/session", Answering.With(SignInAsync)).AllowAnonymous();
        routes.MapGet("/admin/session", Answering.With(Show)).RequirePermission(Permissions.ServersRead);
        routes.MapDelete("/admin/session", Answering.With(SignOut)).AllowAnonymous();
    }

    private async Task<IResult> SignInAsync(HttpContext context)
    {
        if (PageCookie.RefuseForeign(context.Request, options.PublicUrl) is { } foreign)
        {
            return Problem.Of(ProblemTypes.Forbidden, foreign);
        }

        var body = await bodies.ReadAsync(context.Request);
        if (body.Problem is not null)
        {
            return body.Problem;
        }

        var errors = new ValidationErrors();
        var token = body.Value.Fields(errors).Text("token", 1, 16 * 1024)?.Trim();
        if (token is null)
        {
            return errors.Any ? Problem.Of(errors) : Problem.Of("/token", "must be a token, or the text of a sign-in link");
        }

        var isLink = PageSessions.IsLink(token);
        var result = isLink ? new AuthResult(sessions.Redeem(token), UsedUp) : await gate.AuthenticateAsync("Bearer " + token);
        if (result.Principal is not { } principal)
        {
            return Problem.Of(ProblemTypes.Unauthorized, result.Detail);
        }

        if (!principal.Has(Permissions.ServersRead) || principal.ServerId is not null)
        {
            return Problem.Of(ProblemTypes.Forbidden, "The page needs a token with the permission servers.read that is not narrowed to one server. Make one: edge-gateway token create --admin");
        }

        var (text, expires) = sessions.Begin(principal);
        PageCookie.Set(context.Response, text, expires - clock.GetUtcNow());
        audit.Note(principal, AuditActions.PageSignIn, target: null, new JsonObject { ["with"] = isLink ? "link" : "token", ["expires_at"] = expires.UtcDateTime });
        return TypedResults.NoContent();
    }

    private const string UsedUp = "This sign-in link was used, is older than 30 minutes, or is not of this gateway. Start the gateway again for a new one, or paste a token: edge-gateway token create --admin";

    private static JsonHttpResult<PageSessionResponse> Show(HttpContext context)
    {
        var principal = context.GetPrincipal();
        return TypedResults.Json(
            new PageSessionResponse(principal.Name, PermissionNames.ListOf(principal.Permissions), principal.ExpiresAt.UtcDateTime), WireJson.Relaxed.PageSessionResponse);
    }

    private IResult SignOut(HttpContext context)
    {
        if (PageCookie.RefuseForeign(context.Request, options.PublicUrl) is { } foreign)
        {
            return Problem.Of(ProblemTypes.Forbidden, foreign);
        }

        if (PageCookie.Of(context.Request) is { } cookie && sessions.Find(cookie) is { } principal)
        {
            sessions.End(principal);
            audit.Note(principal, AuditActions.PageSignOut, target: null);
        }

        PageCookie.Clear(context.Response);
        return TypedResults.NoContent();
    }
}

/// <summary>Who is signed in on the page.</summary>
internal sealed record PageSessionResponse(string Name, IReadOnlyList<string> Permissions, DateTime ExpiresAt);
