using System.Text.Json.Nodes;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Json;
using EdgeGateway.Pooling;

namespace EdgeGateway.ControlPlane.Pools;

/// <summary>Reading and changing a pool's configuration; changes apply live.</summary>
internal sealed class PoolConfigEndpoints(BodyReader bodies, ServerCatalog catalog, ServerChanges changes, PoolConfigResolver resolver)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/servers/{id}/pool/config", Answering.With(Get)).RequirePermission(Permissions.ServersRead);
        routes.MapPut("/servers/{id}/pool/config", Answering.With(ReplaceAsync)).RequirePermission(Permissions.ServersWrite);
        routes.MapPut("/servers/{id}/pool/strategy", Answering.With(SetStrategyAsync)).RequirePermission(Permissions.ServersWrite);
    }

    /// <summary>The server with <paramref name="settings"/> for its pool, or what is wrong with them.</summary>
    public static Outcome<ServerDefinition> With(ServerDefinition server, PoolSettings settings, PoolConfigResolver resolver, ValidationErrors errors)
    {
        var next = server with { Pool = settings };
        if (!errors.Any)
        {
            resolver.Check(next, "", errors);
        }

        return errors.Any ? Problem.Of(errors) : next;
    }

    private IResult Get(HttpContext context)
    {
        var id = context.RouteValue("id");
        return Answer(context, catalog.Find(id) is { } managed ? managed : Problem.ServerNotFound(id));
    }

    private async Task<IResult> ReplaceAsync(HttpContext context)
    {
        var body = await bodies.ReadAsync(context.Request);
        return body.Problem ?? Answer(context, await changes.ChangeAsync(context.RouteValue("id"), context.Request, current =>
        {
            var errors = new ValidationErrors();
            return With(current, PoolFields.Read(body.Value.Fields(errors)), resolver, errors);
        }));
    }

    private async Task<IResult> SetStrategyAsync(HttpContext context)
    {
        var body = await bodies.ReadAsync(context.Request);
        return body.Problem ?? Answer(context, await changes.ChangeAsync(context.RouteValue("id"), context.Request, current =>
        {
            var errors = new ValidationErrors();
            var fields = body.Value.Fields(errors);
            var strategy = fields.Choice<PoolStrategy>("strategy");
            if (strategy is null && fields.Find("strategy") is null)
            {
                fields.Fail("strategy", $"is missing; one of {string.Join(", ", WireName<PoolStrategy>.All)}");
            }

            return With(current, (current.Pool ?? new PoolSettings()) with { Strategy = strategy }, resolver, errors);
        }));
    }

    private static IResult Answer(HttpContext context, Outcome<ManagedServer> outcome)
    {
        if (outcome.Problem is not null)
        {
            return outcome.Problem;
        }

        var managed = outcome.Value;
        var config = PoolFields.Write(managed.Effective.Values);
        config["sticky_header"] ??= null;
        config["pool_id"] = managed.Identity?.PoolId.ToString();
        config["status"] = Status(managed);
        config["created_at"] = Time(managed.Identity?.CreatedAt);
        config["updated_at"] = Time(managed.Identity?.UpdatedAt);
        var sources = new JsonObject();
        foreach (var (field, source) in managed.Effective.Sources)
        {
            sources[field] = source;
        }

        config["sources"] = sources;
        ETag.Write(context.Response, managed.Definition.Revision);
        return TypedResults.Json(config, WireJson.Relaxed.JsonObject);
    }

    /// <summary>The pool's status; <c>disabled</c> where there is none, <c>error</c> where there should be one.</summary>
    private static string Status(ManagedServer managed) =>
        managed.Identity is not null ? WireName<PoolStatus>.Of(managed.Pool.Stats().Status)
        : managed.CreationFailure is not null && managed.Effective.Enabled ? WireName<PoolStatus>.Of(PoolStatus.Error)
        : "disabled";

    private static JsonValue? Time(DateTimeOffset? time) => time is { } at ? JsonValue.Create(at.UtcDateTime) : null;
}
