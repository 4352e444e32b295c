using System.Text.Json.Nodes;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Storage;

namespace EdgeGateway.ControlPlane.Audit;

/// <summary>Who changed what, when. In the database for <c>GET /audit</c>, in the log as well: whoever may write there cannot push entries out of it.</summary>
internal sealed class AuditTrail(IAuditStore store, TimeProvider clock, ILogger<AuditTrail> log)
{
    /// <summary>The entry of a change to a server, to be written in the same transaction; null where nothing differs.</summary>
    /// <param name="who">Who changes it.</param>
    /// <param name="before">Null when it is new.</param>
    /// <param name="after">Null when it goes.</param>
    /// <param name="action">Where the deed has a name of its own; else what differs gives it one.</param>
    public AuditEntry? OfServer(Principal who, ServerDefinition? before, ServerDefinition? after, string? action = null)
    {
        var compared = new ServerComparison(before, after);
        return compared.IsNothing
            ? null
            : new AuditEntry(clock.GetUtcNow(), who.Name, action ?? compared.Action, (after ?? before)!.Id, compared.Before, compared.After);
    }

    /// <summary>Says in the log what was written.</summary>
    public void Tell(AuditEntry? entry)
    {
        if (entry is not null)
        {
            log.Audited(entry.Actor, entry.Action, entry.Target);
        }
    }

    /// <summary>Writes down what was done. It is done: where the entry cannot be written, the log alone has it.</summary>
    public void Note(Principal who, string action, string? target, JsonObject? after = null)
    {
        var entry = new AuditEntry(clock.GetUtcNow(), who.Name, action, target, Before: null, after);
        Tell(entry);
        try
        {
            store.Add(entry);
        }
        catch (DatabaseUnusableException unusable)
        {
            log.NotAudited(unusable.Message, entry.Actor, entry.Action, entry.Target);
        }
    }
}
