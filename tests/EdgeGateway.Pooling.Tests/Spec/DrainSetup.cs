namespace EdgeGateway.Pooling.Tests.Spec;

internal enum Order
{
    Drain,
    Resume,

    /// <summary>A new generation: by reset, or because the connection was changed in the configuration.</summary>
    Reset,
}

/// <param name="Requests">How many, one after the other.</param>
/// <param name="Hangs">Its last lease is never released.</param>
internal sealed record Client(int Requests = 1, bool Hangs = false);

/// <param name="Operators">What each operator orders, one after the other.</param>
internal sealed record DrainSetup(string Name, int Slots, Order[][] Operators, params Client[] Clients)
{
    /// <summary>A check that reaches fewer states has not checked it.</summary>
    public int AtLeast { get; init; }

    public Fault Fault { get; init; }

    public bool Drains => Operators.Any(orders => orders.Contains(Order.Drain));

    public override string ToString() => Name;
}
