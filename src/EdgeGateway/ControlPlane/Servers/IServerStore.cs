using EdgeGateway.ControlPlane.Audit;

namespace EdgeGateway.ControlPlane.Servers;

/// <summary>
/// Where servers are kept. Narrow on purpose: another database is another implementation. A call that returned has reached
/// the disk; one that threw <see cref="Storage.DatabaseUnusableException"/> changed nothing. One writer at a time.
/// The entry of the audit trail, where there is one, is written in the same transaction: both are there or neither.
/// </summary>
internal interface IServerStore
{
    Task<IReadOnlyList<ServerDefinition>> LoadAsync(CancellationToken cancellationToken);

    Task InsertAsync(ServerDefinition server, AuditEntry? audit = null);

    Task UpdateAsync(ServerDefinition server, AuditEntry? audit = null);

    Task DeleteAsync(string id, AuditEntry? audit = null);
}
