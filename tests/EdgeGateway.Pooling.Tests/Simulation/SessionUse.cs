namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>Who runs on a session, and who ever did.</summary>
internal sealed class SessionUse
{
    /// <summary>Leases held on it.</summary>
    public int Running { get; set; }

    /// <summary>One of them is exclusive.</summary>
    public bool IsExclusive { get; set; }

    /// <summary>A client session owns it, or owned it.</summary>
    public bool IsBound { get; set; }

    /// <summary>Its client ended it, or was told that it is lost: requests on it may be cut.</summary>
    public bool MayBeCut { get; set; }

    /// <summary>Gone, or a request on it did not end cleanly: it must not be handed on.</summary>
    public bool IsSpoilt { get; set; }

    /// <summary>Its client was told that it is lost.</summary>
    public bool IsBeingReplaced { get; set; }

    /// <summary>When the last lease on it was granted.</summary>
    public TimeSpan TakenAt { get; set; }

    /// <summary>Whoever used it unshared; nobody else ever may.</summary>
    public (string Principal, string Fingerprint, SessionClass Class)? Owner { get; set; }
}
