namespace EdgeGateway.Pooling;

/// <summary>Who asks for a session, and which sessions may serve them.</summary>
/// <param name="Principal">The authenticated user, never empty. Sessions are not shared between principals unless the isolation says so.</param>
/// <param name="Class">What the session must have been opened as.</param>
/// <param name="Credential">What the session must have been opened with.</param>
/// <param name="StickyKey">The key the <c>sticky</c> strategy hashes; null means the principal.</param>
public readonly record struct Caller(string Principal, SessionClass Class, Credential Credential, string? StickyKey = null);
