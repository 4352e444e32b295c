namespace EdgeGateway.Lifecycle;

/// <summary>Says in one line what the gateway is doing. Whoever asks also learns that it is able to say it.</summary>
internal interface IStatusSource
{
    /// <summary>As "3 servers, 12/15 sessions, 2 draining".</summary>
    string Describe();
}
