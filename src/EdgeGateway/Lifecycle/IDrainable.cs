namespace EdgeGateway.Lifecycle;

/// <summary>Something with work in flight that may finish before the process ends: the data path's requests, the pools' sessions.</summary>
internal interface IDrainable
{
    /// <summary>Takes no new work, lets what runs finish for at most <paramref name="timeout"/>, then closes what is left. Does not throw for a timeout.</summary>
    Task DrainAsync(TimeSpan timeout);
}
