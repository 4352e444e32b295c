namespace EdgeGateway.LoadTests.Model;

/// <summary>How load comes, for a while. Simulations of a scenario run one after the other, all of one kind: closed or open.</summary>
/// <param name="During">How long.</param>
internal abstract record LoadSimulation(TimeSpan During)
{
    /// <summary>Open: requests come when they come, whether or not earlier ones were answered.</summary>
    public abstract bool IsOpen { get; }

    public static LoadSimulation KeepConstant(int copies, TimeSpan during) => new KeepConstant(copies, during);

    /// <param name="rate">Arrivals per interval, evenly spread over it.</param>
    /// <param name="interval">What the rate is per.</param>
    /// <param name="during">How long.</param>
    public static LoadSimulation Inject(double rate, TimeSpan interval, TimeSpan during) => new Inject(rate, interval, during);

    /// <summary>From the rate of the simulation before it (0 at the beginning) to this one.</summary>
    public static LoadSimulation RampingInject(double rate, TimeSpan interval, TimeSpan during) => new RampingInject(rate, interval, during);
}

/// <summary>Closed loop: each of so many clients sends its next request when the last one was answered.</summary>
internal sealed record KeepConstant(int Copies, TimeSpan During) : LoadSimulation(During)
{
    public override bool IsOpen => false;
}

/// <summary>Open loop at a constant rate.</summary>
internal sealed record Inject(double Rate, TimeSpan Interval, TimeSpan During) : LoadSimulation(During)
{
    public override bool IsOpen => true;
}

/// <summary>Open loop at a rate that rises or falls evenly.</summary>
internal sealed record RampingInject(double Rate, TimeSpan Interval, TimeSpan During) : LoadSimulation(During)
{
    public override bool IsOpen => true;
}
