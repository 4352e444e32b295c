namespace EdgeGateway.Pooling.Maintenance;

/// <summary>What a handshake is for. It decides which limit it counts against.</summary>
internal enum OpeningPurpose : byte
{
    /// <summary>The stock.</summary>
    Warm,

    /// <summary>A waiting caller, within <c>max_size</c>.</summary>
    Grow,

    /// <summary>A waiting client session, outside the pool.</summary>
    Bind,
}

/// <summary>A handshake under way.</summary>
internal sealed record Opening(int Endpoint, SessionClass Class, Credential Credential, OpeningPurpose Purpose, int Generation)
{
    public Slots.FreshKey Key => new(Credential.Fingerprint, Class);
}
