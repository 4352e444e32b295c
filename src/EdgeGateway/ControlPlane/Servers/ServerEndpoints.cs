using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Json;

namespace EdgeGateway.ControlPlane.Servers;

/// <summary>The routes of api.md, Servers.</summary>
internal sealed class ServerEndpoints(
    BodyReader bodies, ServerReader reader, StdioGate gate, ServerCatalog catalog, ServerChanges changes, UpstreamInspection inspection)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/servers", Answering.With(List)).RequirePermission(Permissions.ServersRead);
        routes.MapPost("/servers", Answering.With(CreateAsync)).RequirePermission(Permissions.ServersWrite);
        routes.MapGet("/servers/{id}", Answering.With(Get)).RequirePermission(Permissions.ServersRead);
        routes.MapPut("/servers/{id}", Answering.With(ReplaceAsync)).RequirePermission(Permissions.ServersWrite);
        routes.MapPatch("/servers/{id}", Answering.With(PatchAsync)).RequirePermission(Permissions.ServersWrite);
        routes.MapDelete("/servers/{id}", Answering.With(DeleteAsync)).RequirePermission(Permissions.ServersWrite);
        routes.MapPost("/servers/{id}/state", Answering.With(SetStateAsync)).RequirePermission(Permissions.ServersWrite);
        routes.MapGet("/servers/{id}/export", Answering.With(Export)).RequirePermission(Permissions.ServersRead);
        routes.MapPost("/servers/{id}/test", Answering.With(TestAsync)).RequirePermission(Permissions.ServersWrite);
        routes.MapGet("/servers/{id}/tools", Answering.With(ToolsAsync)).RequirePermission(Permissions.ServersRead);
    }

    private IResult List(HttpContext context)
    {
        var errors = new ValidationErrors();
        var most = Paging.Limit(context.Query("limit"), errors);
        if (errors.Any)
        {
            return Problem.Of(errors);
        }

        var (page, next) = Paging.Take(catalog.Ordered, managed => managed.Definition.Name, context.Query("after"), most);
        return TypedResults.Json(new ServerPage([.. page.Select(ServerResponse.From)], next), WireJson.Relaxed.ServerPage);
    }

    private async Task<IResult> CreateAsync(HttpContext context)
    {
        var body = await bodies.ReadAsync(context.Request);
        if (body.Problem is not null)
        {
            return body.Problem;
        }

        var created = await changes.CreateAsync(context, blank => Draft(context, body.Value, blank, isNew: true));
        if (created.Problem is null)
        {
            context.Response.Headers.Location = "/servers/" + created.Value.Definition.Id;
        }

        return Answer(context, created, StatusCodes.Status201Created);
    }

    private IResult Get(HttpContext context)
    {
        var id = context.RouteValue("id");
        return Answer(context, catalog.Find(id) is { } managed ? managed : Problem.ServerNotFound(id));
    }

    private async Task<IResult> ReplaceAsync(HttpContext context)
    {
        var body = await bodies.ReadAsync(context.Request);
        return body.Problem ?? Answer(
            context,
            await changes.ChangeAsync(context.RouteValue("id"), context.Request, current => Draft(context, body.Value, current, isNew: false)));
    }

    private async Task<IResult> PatchAsync(HttpContext context)
    {
        var id = context.RouteValue("id");
        var body = await bodies.ReadAsync(context.Request);
        return body.Problem ?? Answer(context, await changes.ChangeAsync(
            id,
            context.Request,
            current => Draft(context, Merge(ServerResponse.From(catalog.Find(id)!), body.Value), current, isNew: false)));
    }

    private async Task<IResult> DeleteAsync(HttpContext context) =>
        await changes.DeleteAsync(context.RouteValue("id"), context.Request) is { } problem ? problem : TypedResults.NoContent();

    private async Task<IResult> SetStateAsync(HttpContext context) =>
        bool.TryParse(context.Query("activate"), out var enabled)
            ? Answer(context, await changes.ChangeAsync(context.RouteValue("id"), context.Request, current => current with { Enabled = enabled }))
            : Problem.Of("/activate", "must be true or false: POST /servers/{id}/state?activate=true");

    private IResult Export(HttpContext context)
    {
        var id = context.RouteValue("id");
        if (catalog.Find(id) is not { } managed)
        {
            return Problem.ServerNotFound(id);
        }

        ETag.Write(context.Response, managed.Definition.Revision);
        return TypedResults.Json(ServerExport.From(managed.Definition), WireJson.Relaxed.ServerExport);
    }

    private async Task<IResult> TestAsync(HttpContext context)
    {
        var id = context.RouteValue("id");
        return catalog.Find(id) is { } managed
            ? TypedResults.Json(await inspection.TestAsync(managed, context.RequestAborted), WireJson.Relaxed.TestReport)
            : Problem.ServerNotFound(id);
    }

    private async Task<IResult> ToolsAsync(HttpContext context)
    {
        var id = context.RouteValue("id");
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

    private Outcome<ServerDefinition> Draft(HttpContext context, JsonObjectBody body, ServerDefinition target, bool isNew) =>
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
