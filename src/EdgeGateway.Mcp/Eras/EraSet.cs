namespace EdgeGateway.Mcp.Eras;

/// <summary>What a party speaks: revisions with a handshake, revisions without, or both (2026-07-28, Versioning, Terminology).</summary>
[Flags]
public enum EraSet
{
    /// <summary>Not known yet.</summary>
    Unknown = 0,

    /// <summary>2025-11-25 and earlier.</summary>
    Legacy = 1,

    /// <summary>2026-07-28 and later.</summary>
    Modern = 2,

    /// <summary>Both.</summary>
    Dual = Legacy | Modern,
}
