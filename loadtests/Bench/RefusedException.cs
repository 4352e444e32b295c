namespace EdgeGateway.LoadTests.Bench;

/// <summary>A benchmark that runs only when it is asked for in so many words; the message says which.</summary>
internal sealed class RefusedException(string reason) : Exception(reason);
