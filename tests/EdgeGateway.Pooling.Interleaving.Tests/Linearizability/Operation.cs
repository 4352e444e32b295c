namespace EdgeGateway.Pooling.Tests.Linearizability;

/// <summary>What a caller did, or what was done for it.</summary>
internal enum OperationKind
{
    /// <summary>Asked: takes its place in its lane.</summary>
    Ask,

    /// <summary>Was granted a permit: the first of its lane, while one was free.</summary>
    Grant,

    /// <summary>Went away without one.</summary>
    Leave,

    /// <summary>Gave its permit back.</summary>
    Release,
}

/// <summary>Something that took effect at one moment between the two, as far as its caller can tell.</summary>
/// <param name="Kind">What.</param>
/// <param name="Request">Whose: the number of the request.</param>
/// <param name="Lane">Where the request stands while it waits.</param>
/// <param name="Began">Not before this.</param>
/// <param name="Ended">Not after this.</param>
internal sealed record Operation(OperationKind Kind, int Request, string Lane, int Began, int Ended);
