namespace EdgeGateway.Pooling.Slots;

/// <summary>The sessions one caller may use once they have been used: the same user (nobody in particular when shared), credential and class.</summary>
/// <param name="Principal">Null where sessions are shared between principals.</param>
/// <param name="Fingerprint">The credential's.</param>
/// <param name="Class">What the session was opened as.</param>
internal readonly record struct PartitionKey(string? Principal, string Fingerprint, SessionClass Class)
{
    /// <summary>For people: no secret, no full fingerprint.</summary>
    public string Display => $"{Principal ?? "shared"} · {Class.ProtocolVersion}{(Class.DeclaresCapabilities ? " · with capabilities" : "")}";
}

/// <summary>What a fresh session fits: it belongs to nobody yet, but was opened as something and with something.</summary>
internal readonly record struct FreshKey(string Fingerprint, SessionClass Class);
