namespace EdgeGateway.LoadTests.Rig;

/// <summary>One of a server's endpoints.</summary>
internal sealed record WeightedEndpoint(Uri Url, int Weight = 1);
