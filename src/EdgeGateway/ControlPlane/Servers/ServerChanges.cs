using EdgeGateway.ControlPlane.Audit;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Authenticate;

namespace EdgeGateway.ControlPlane.Servers;

/// <summary>Every change of a server or its pool's configuration goes through here: one at a time, database first, then live.</summary>
internal sealed class ServerChanges(
    ChangeGate gate, IServerStore store, ServerCatalog catalog, SessionPoolManager pools, AuditTrail audit, TimeProvider clock)
{
    /// <param name="context">Whose request it is.</param>
    /// <param name="draft">Called with a blank server with its id and times.</param>
    public async Task<Outcome<ManagedServer>> CreateAsync(HttpContext context, Func<ServerDefinition, Outcome<ServerDefinition>> draft)
    {
        using var turn = await gate.EnterAsync(context.RequestAborted);
        var now = clock.GetUtcNow();
        var drafted = draft(new ServerDefinition
        {
            Id = Guid.NewGuid().ToString("N"),
            Name = "",
            Transport = ServerTransport.StreamableHttp,
            CreatedAt = now,
            UpdatedAt = now,
        });
        if ((drafted.Problem ?? NameTaken(drafted.Value)) is { } problem)
        {
            return problem;
        }

        var entry = audit.OfServer(context.GetPrincipal(), before: null, drafted.Value);
        await store.InsertAsync(drafted.Value, entry);
        audit.Tell(entry);
        return pools.Apply(drafted.Value);
    }

    /// <summary>Replaces a server by what <paramref name="edit"/> makes of it.</summary>
    /// <param name="id">Which.</param>
    /// <param name="request">May carry If-Match.</param>
    /// <param name="edit">Sees the current version; nobody changes it meanwhile.</param>
    /// <param name="action">Its name in the audit trail, where that is not told by what changes.</param>
    public async Task<Outcome<ManagedServer>> ChangeAsync(
        string id, HttpRequest request, Func<ServerDefinition, Outcome<ServerDefinition>> edit, string? action = null)
    {
        using var turn = await gate.EnterAsync(request.HttpContext.RequestAborted);
        var found = Find(id, request);
        if (found.Problem is { } missing)
        {
            return missing;
        }

        var current = found.Value.Definition;
        var edited = edit(current);
        if ((edited.Problem ?? NameTaken(edited.Value)) is { } problem)
        {
            return problem;
        }

        var next = edited.Value with
        {
            Revision = current.Revision + 1,
            UpdatedAt = clock.GetUtcNow(),
            ConnectionVersion = current.ConnectionVersion + (ServerConnection.Differs(current, edited.Value) ? 1 : 0),
        };
        // Not cancelled from here on: what is in the database must also be published.
        var entry = audit.OfServer(request.HttpContext.GetPrincipal(), current, next, action);
        await store.UpdateAsync(next, entry);
        audit.Tell(entry);
        return pools.Apply(next);
    }

    public async Task<Problem?> DeleteAsync(string id, HttpRequest request)
    {
        using var turn = await gate.EnterAsync(request.HttpContext.RequestAborted);
        var found = Find(id, request);
        if (found.Problem is { } problem)
        {
            return problem;
        }

        var entry = audit.OfServer(request.HttpContext.GetPrincipal(), found.Value.Definition, after: null);
        await store.DeleteAsync(id, entry);
        audit.Tell(entry);
        pools.Remove(found.Value);
        return null;
    }

    private Outcome<ManagedServer> Find(string id, HttpRequest request)
    {
        if (catalog.Find(id) is not { } managed)
        {
            return Problem.ServerNotFound(id);
        }

        return ETag.Allows(request, managed.Definition.Revision)
            ? managed
            : Problem.Of(ProblemTypes.Stale, $"the server is at revision {managed.Definition.Revision}; read it again and send its ETag as If-Match");
    }

    private Problem? NameTaken(ServerDefinition draft) =>
        catalog.Servers.Values.FirstOrDefault(other => other.Definition.Name == draft.Name && other.Definition.Id != draft.Id) is { } owner
            ? Problem.Of(ProblemTypes.NameTaken, $"the name is taken by server {owner.Definition.Id}; choose another")
            : null;
}
