namespace EdgeGateway.LoadTests.Rig;

/// <summary>Something to compare with is not on this machine: it is named in the report, and left out.</summary>
internal sealed class NotRunException(string reason) : Exception(reason);
