namespace EdgeGateway.ControlPlane.Servers;

/// <summary>
/// Where servers are kept. Narrow on purpose: another database is another implementation. A call that returned has reached
/// the disk; one that threw <see cref="Storage.DatabaseUnusableException"/> changed nothing. One writer at a time.
/// </summary>
internal interface IServerStore
{
    Task<IReadOnlyList<ServerDefinition>> LoadAsync(CancellationToken cancellationToken);

    Task InsertAsync(ServerDefinition server);

    Task UpdateAsync(ServerDefinition server);

    Task DeleteAsync(string id);
}
