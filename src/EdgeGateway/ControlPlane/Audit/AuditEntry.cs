using System.Text.Json.Nodes;

namespace EdgeGateway.ControlPlane.Audit;

/// <summary>One thing somebody did. Holds no secret.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">The name in the token or page session it was done with.</param>
/// <param name="Action">One of <see cref="AuditActions"/>.</param>
/// <param name="Target">A server's id or a token's <c>jti</c>; null for sign-ins.</param>
/// <param name="Before">What was changed, as it was; null where nothing was.</param>
/// <param name="After">The same as it is now, or what was asked for; null where nothing is left.</param>
internal sealed record AuditEntry(DateTimeOffset At, string Actor, string Action, string? Target, JsonObject? Before, JsonObject? After);

/// <summary>An entry and its place in the trail.</summary>
internal sealed record AuditItem(
    long Seq, DateTime At, string Actor, string Action, string? Target, JsonObject? Before, JsonObject? After);

/// <summary>Where the trail is kept.</summary>
internal interface IAuditStore
{
    /// <summary>On disk when this returns.</summary>
    /// <exception cref="Storage.DatabaseUnusableException">Nothing was written.</exception>
    void Add(AuditEntry entry);

    /// <summary>Newest first.</summary>
    /// <param name="before">Number of the last one seen; null begins.</param>
    /// <param name="limit">At most.</param>
    /// <returns>The entries, and the number to go on from or null at the end.</returns>
    (IReadOnlyList<AuditItem> Entries, long? Next) List(long? before, int limit);
}
