using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Json;

namespace EdgeGateway.ControlPlane.Servers;

/// <summary>The routes of api.md, Servers.</summary>
internal static class ServerEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/servers", List).RequirePermission(Permissions.ServersRead);
        routes.MapPost("/servers", CreateAsync).RequirePermission(Permissions.ServersWrite);
        routes.MapGet("/servers/{id}", Get).RequirePermission(Permissions.ServersRead);
        routes.MapPut("/servers/{id}", ReplaceAsync).RequirePermission(Permissions.ServersWrite);
        routes.MapPatch("/servers/{id}", PatchAsync).RequirePermission(Permissions.ServersWrite);
        routes.MapDelete("/servers/{id}", DeleteAsync).RequirePermission(Permissions.ServersWrite);
        routes.MapPost("/servers/{id}/state", SetStateAsync).RequirePermission(Permissions.ServersWrite);
        routes.MapGet("/servers/{id}/export", Export).RequirePermission(Permissions.ServersRead);
        routes.MapPost("/servers/{id}/test", TestAsync).RequirePermission(Permissions.ServersWrite);
        routes.MapGet("/servers/{id}/tools", ToolsAsync).RequirePermission(Permissions.ServersRead);
    }

    private static IResult List(ServerCatalog catalog, string? limit, string? after)
    {
        var errors = new ValidationErrors();
        var most = Paging.Limit(limit, errors);
        if (errors.Any)
        {
            return Problem.Of(errors);
        }

        var (page, next) = Paging.Take(catalog.Ordered, managed => managed.Definition.Name, after, most);
        return TypedResults.Json(new ServerPage([.. page.Select(ServerResponse.From)], next), WireJson.Relaxed.ServerPage);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, BodyReader bodies, ServerReader reader, StdioGate gate, ServerChanges changes)
    {
        var body = await bodies.ReadAsync(context.Request);
        if (body.Problem is not null)
        {
            return body.Problem;
        }

        var created = await changes.CreateAsync(context, blank => Draft(gate, context, reader, body.Value, blank, isNew: true));
        if (created.Problem is null)
        {
            context.Response.Headers.Location = "/servers/" + created.Value.Definition.Id;
        }

        return Answer(context, created, StatusCodes.Status201Created);
    }

    private static IResult Get(HttpContext context, ServerCatalog catalog, string id) =>
        Answer(context, catalog.Find(id) is { } managed ? managed : Problem.ServerNotFound(id));

    private static async Task<IResult> ReplaceAsync(
        HttpContext context, BodyReader bodies, ServerReader reader, StdioGate gate, ServerChanges changes, string id)
    {
        var body = await bodies.ReadAsync(context.Request);
        return body.Problem ?? Answer(
            context,
            await changes.ChangeAsync(id, context.Request, current => Draft(gate, context, reader, body.Value, current, isNew: false)));
    }

    private static async Task<IResult> PatchAsync(
        HttpContext context, BodyReader bodies, ServerReader reader, StdioGate gate, ServerChanges changes, ServerCatalog catalog, string id)
    {
        var body = await bodies.ReadAsync(context.Request);
        return body.Problem ?? Answer(context, await changes.ChangeAsync(
            id,
            context.Request,
            current => Draft(gate, context, reader, Merge(ServerResponse.From(catalog.Find(id)!), body.Value), current, isNew: false)));
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, ServerChanges changes, string id) =>
        await changes.DeleteAsync(id, context.Request) is { } problem ? problem : TypedResults.NoContent();

    private static async Task<IResult> SetStateAsync(HttpContext context, ServerChanges changes, string id, string? activate) =>
        bool.TryParse(activate, out var enabled)
            ? Answer(context, await changes.ChangeAsync(id, context.Request, current => current with { Enabled = enabled }))
            : Problem.Of("/activate", "must be true or false: POST /servers/{id}/state?activate=true");

    private static IResult Export(HttpContext context, ServerCatalog catalog, string id)
    {
        if (catalog.Find(id) is not { } managed)
        {
            return Problem.ServerNotFound(id);
        }

        ETag.Write(context.Response, managed.Definition.Revision);
        return TypedResults.Json(ServerExport.From(managed.Definition), WireJson.Relaxed.ServerExport);
    }

    private static async Task<IResult> TestAsync(HttpContext context, ServerCatalog catalog, UpstreamInspection inspection, string id) =>
        catalog.Find(id) is { } managed
            ? TypedResults.Json(await inspection.TestAsync(managed, context.RequestAborted), WireJson.Relaxed.TestReport)
            : Problem.ServerNotFound(id);

    private static async Task<IResult> ToolsAsync(HttpContext context, ServerCatalog catalog, UpstreamInspection inspection, string id)
    {
        if (catalog.Find(id) is not { } managed)
        {
            return Problem.ServerNotFound(id);
        }

        try
        {
            return TypedResults.Json(new ToolListResponse(await inspection.ListToolsAsync(managed, context.RequestAborted)), WireJson.Relaxed.ToolListResponse);
        }
        catch (InspectionException e)
        {
            return Problem.Of(ProblemTypes.UpstreamFailed, e.Message);
        }
    }

    private static Outcome<ServerDefinition> Draft(
        StdioGate gate, HttpContext context, ServerReader reader, JsonObjectBody body, ServerDefinition target, bool isNew) =>
        gate.Refuse(context, body, target) is { } refused ? refused : reader.Read(body, target, isNew);

    private static IResult Answer(HttpContext context, Outcome<ManagedServer> outcome, int status = StatusCodes.Status200OK)
    {
        if (outcome.Problem is not null)
        {
            return outcome.Problem;
        }

        ETag.Write(context.Response, outcome.Value.Definition.Revision);
        return TypedResults.Json(ServerResponse.From(outcome.Value), WireJson.Relaxed.ServerResponse, statusCode: status);
    }

    /// <summary>The whole document that a patch makes of what a reader of the server sees.</summary>
    private static JsonObjectBody Merge(ServerResponse seen, JsonObjectBody patch)
    {
        var target = (JsonObject)JsonSerializer.SerializeToNode(seen, WireJson.Relaxed.ServerResponse)!;
        // url and endpoints are two forms of the same: the patch's form holds.
        if (patch.Root.TryGetProperty("url", out _))
        {
            target.Remove("endpoints");
        }
        else
        {
            target.Remove("url");
        }

        MergePatch.Apply(target, patch.Root);
        return new JsonObjectBody(JsonElement.Parse(target.ToJsonString()));
    }
}
