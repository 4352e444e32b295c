namespace EdgeGateway.DataPath.Authenticate;

/// <summary>What a new token shall say.</summary>
/// <param name="Subject">Whom it identifies; partitions and client sessions belong to this name.</param>
/// <param name="Lifetime">From now.</param>
internal sealed record TokenRequest(string Subject, TimeSpan Lifetime)
{
    /// <summary>Its <c>jti</c>, by which it can be revoked.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N");

    public bool Admin { get; init; }

    /// <summary>Permission names; none means the default, or everything for an admin.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The one server it may be used for, or null.</summary>
    public string? ServerId { get; init; }
}
