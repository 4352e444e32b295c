namespace EdgeGateway.DataPath.Relay;

/// <summary>What the stages need beside the request itself.</summary>
internal sealed record RelayServices(TimeProvider Clock, ILogger Log);
