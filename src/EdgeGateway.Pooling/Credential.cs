namespace EdgeGateway.Pooling;

/// <summary>
/// The credential a session was opened with. Two credentials are equal when their fingerprints are:
/// the version of the stored credential plus the passed-through header values, without <c>authorization</c>,
/// which travels with each request (pool.md section 2).
/// </summary>
/// <param name="Fingerprint">Opaque; never shown or logged.</param>
/// <param name="IsStored">
/// True when the server's stored credential alone opens a session, so that the pool can open one without a caller.
/// False when a caller brought header values: such sessions cannot be warmed up.
/// </param>
/// <param name="Headers">Passed-through headers to send upstream with the handshake and every request.</param>
public sealed record Credential(string Fingerprint, bool IsStored, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <inheritdoc/>
    public bool Equals(Credential? other) => other is not null && Fingerprint == other.Fingerprint;

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Fingerprint);

    /// <summary>The stored credential of a server in its <paramref name="version"/>-th edition.</summary>
    public static Credential Stored(int version) => new($"stored:{version}", IsStored: true, []);
}
