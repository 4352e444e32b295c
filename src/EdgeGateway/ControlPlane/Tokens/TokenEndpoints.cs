using System.Globalization;
using System.Text.Json.Nodes;
using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Audit;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Json;

namespace EdgeGateway.ControlPlane.Tokens;

/// <summary>Making, listing and revoking tokens.</summary>
internal sealed class TokenEndpoints(
    BodyReader bodies, GatewayOptions options, ITokenStore store, Revocations revocations, AuditTrail audit, TimeProvider clock)
{
    private const int LifeMin = 60;
    private const int LifeMax = 366 * 24 * 3600;
    private const int LifeDefault = 7 * 24 * 3600;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/tokens", Answering.With(CreateAsync)).RequirePermission(Permissions.Admin);
        routes.MapGet("/tokens", Answering.With(List)).RequirePermission(Permissions.Admin);
        routes.MapDelete("/tokens/{jti}", Answering.With(Revoke)).RequirePermission(Permissions.Admin);
    }

    private async Task<IResult> CreateAsync(HttpContext context)
    {
        if (options.JwtAlgorithm != "HS256")
        {
            return Problem.Of(ProblemTypes.Conflict, $"JWT_ALGORITHM is {options.JwtAlgorithm}: the gateway has the public key only. Make tokens where the private key lies.");
        }

        if (options.JwtSecretKey.Length == 0)
        {
            return Problem.Of(ProblemTypes.Conflict, "AUTH_REQUIRED is false and no JWT_SECRET_KEY is set: there is nothing to sign a token with.");
        }

        var body = await bodies.ReadAsync(context.Request);
        if (body.Problem is not null)
        {
            return body.Problem;
        }

        var errors = new ValidationErrors();
        var request = Read(body.Value.Fields(errors));
        if (errors.Any)
        {
            return Problem.Of(errors);
        }

        var now = clock.GetUtcNow();
        var issued = new IssuedToken(
            request.Id,
            request.Subject,
            request.Admin && request.Scopes.Count == 0 ? ["admin"] : request.Scopes.Count == 0 ? PermissionNames.ListOf(PermissionNames.Default) : request.Scopes,
            request.ServerId,
            now.UtcDateTime,
            (now + request.Lifetime).UtcDateTime,
            context.GetPrincipal().Name,
            RevokedAt: null);
        store.Insert(issued);
        audit.Note(context.GetPrincipal(), AuditActions.TokenCreate, issued.Jti, Said(issued));
        return TypedResults.Json(new NewTokenResponse(new TokenMinter(options, clock).Mint(request), issued), WireJson.Relaxed.NewTokenResponse, statusCode: StatusCodes.Status201Created);
    }

    private static TokenRequest Read(JsonFields fields)
    {
        var admin = fields.Flag("admin") ?? false;
        var permissions = fields.Texts("permissions", 16, 64);
        foreach (var (index, name) in permissions.Index())
        {
            if (!PermissionNames.Ours.Contains(name))
            {
                fields.Errors.Add($"/permissions/{index}", $"must be one of {string.Join(", ", PermissionNames.Ours)}");
            }
        }

        var subject = fields.Text("subject", 1, 255);
        if (subject is null && fields.Find("subject") is null)
        {
            fields.Fail("subject", "must name whom the token identifies; partitions and client sessions belong to this name");
        }

        return new TokenRequest(subject ?? "", TimeSpan.FromSeconds(fields.Integer("expires_in", LifeMin, LifeMax) ?? LifeDefault))
        {
            Admin = admin,
            Scopes = permissions,
            ServerId = fields.Text("server_id", 1, 64),
        };
    }

    private IResult List(HttpContext context)
    {
        var errors = new ValidationErrors();
        var most = Paging.Limit(context.Query("limit"), errors);
        var before = Paging.Number(context.Query("after"), errors);
        if (errors.Any)
        {
            return Problem.Of(errors);
        }

        var (tokens, next) = store.List(before, most);
        return TypedResults.Json(new TokenPage(tokens, next?.ToString(CultureInfo.InvariantCulture)), WireJson.Relaxed.TokenPage);
    }

    /// <summary>Any token's id, one of the command line's too: who holds one can be shut out whoever made it.</summary>
    private IResult Revoke(HttpContext context)
    {
        // Routing leaves an escaped slash as it is, lest it become a separator.
        var jti = context.RouteValue("jti").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        if (jti.Length > 255)
        {
            return Problem.Of("/jti", "must have at most 255 characters");
        }

        var issued = store.Find(jti);
        if (revocations.TryRevoke(jti, issued?.ExpiresAt))
        {
            audit.Note(context.GetPrincipal(), AuditActions.TokenRevoke, jti, Said(issued));
        }

        return TypedResults.NoContent();
    }

    /// <summary>Whose token it is and what it allows, for the audit trail; null for one that was not made here.</summary>
    private static JsonObject? Said(IssuedToken? issued) => issued is null ? null : new JsonObject
    {
        ["subject"] = issued.Subject,
        ["permissions"] = new JsonArray([.. issued.Permissions.Select(name => JsonValue.Create(name))]),
        ["server_id"] = issued.ServerId,
        ["expires_at"] = issued.ExpiresAt,
    };
}

/// <summary>A new token: the only time it is shown.</summary>
internal sealed record NewTokenResponse(
    string Token, string Jti, string Subject, IReadOnlyList<string> Permissions, string? ServerId, DateTime CreatedAt, DateTime ExpiresAt, string CreatedBy)
{
    public NewTokenResponse(string token, IssuedToken issued)
        : this(token, issued.Jti, issued.Subject, issued.Permissions, issued.ServerId, issued.CreatedAt, issued.ExpiresAt, issued.CreatedBy)
    {
    }
}

internal sealed record TokenPage(IReadOnlyList<IssuedToken> Items, string? Next);
