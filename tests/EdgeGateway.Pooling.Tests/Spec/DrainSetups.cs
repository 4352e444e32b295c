namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>The bounded worlds in which drain, resume and reset are checked.</summary>
internal static class DrainSetups
{
    public static DrainSetup Draining { get; } = new("a drain", 2, [[Order.Drain]], new(), new(), new()) { AtLeast = 12_000 };

    public static DrainSetup Hanging { get; } = new("a drain with a lease that never comes back", 1, [[Order.Drain]], new(Hangs: true), new()) { AtLeast = 300 };

    public static DrainSetup TwiceAtOnce { get; } = new("two operators drain at once", 1, [[Order.Drain], [Order.Drain]], new(), new()) { AtLeast = 2_000 };

    public static DrainSetup Resuming { get; } = new("drain, resume, drain", 1, [[Order.Drain, Order.Resume, Order.Drain]], new(2), new()) { AtLeast = 10_000 };

    public static DrainSetup Resetting { get; } = new("a reset", 2, [[Order.Reset]], new(2), new(), new()) { AtLeast = 100_000 };

    public static DrainSetup ResettingTwice { get; } = new("a reset after a reset", 1, [[Order.Reset, Order.Reset]], new(2), new()) { AtLeast = 2_000 };

    public static DrainSetup Everything { get; } = new("drain and resume while another resets", 1, [[Order.Drain, Order.Resume], [Order.Reset]], new(2), new()) { AtLeast = 25_000 };

    public static DrainSetup[] ToCheck { get; } = [Draining, Hanging, TwiceAtOnce, Resuming, Resetting, ResettingTwice, Everything];

    public static DrainSetup[] Deep { get; } =
    [
        new("deep: two slots, drain and resume while another resets", 2, [[Order.Drain, Order.Resume], [Order.Reset]], new(2), new(Hangs: true)),
        new("deep: two operators and everything twice", 1, [[Order.Drain, Order.Resume, Order.Drain], [Order.Reset, Order.Resume]], new(2), new(2)),
    ];
}
