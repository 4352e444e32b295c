namespace EdgeGateway.ControlPlane.Tokens;

/// <summary>A token the gateway made over its API: what it says, never the token itself.</summary>
/// <param name="Jti">Its id.</param>
/// <param name="Subject">Whom it identifies.</param>
/// <param name="Permissions">Names.</param>
/// <param name="ServerId">The one server it is for, or null.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it ends by itself.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="RevokedAt">When it was revoked, or null.</param>
internal sealed record IssuedToken(
    string Jti,
    string Subject,
    IReadOnlyList<string> Permissions,
    string? ServerId,
    DateTime CreatedAt,
    DateTime ExpiresAt,
    string CreatedBy,
    DateTime? RevokedAt);

/// <summary>The list of tokens that were made.</summary>
internal interface ITokenStore
{
    /// <exception cref="Storage.DatabaseUnusableException">Nothing was written.</exception>
    void Insert(IssuedToken token);

    /// <summary>Newest first.</summary>
    /// <param name="before">Number of the last one seen; null begins.</param>
    /// <param name="limit">At most.</param>
    /// <returns>The tokens, and the number to go on from or null at the end.</returns>
    (IReadOnlyList<IssuedToken> Tokens, long? Next) List(long? before, int limit);

    IssuedToken? Find(string jti);
}
