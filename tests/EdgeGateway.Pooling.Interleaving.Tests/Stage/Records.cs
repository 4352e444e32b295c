using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Scheduling;

/// <summary>A request as its caller saw it. Times are positions in the order of all that happened; 0 is never.</summary>
internal sealed class Asked(int number, Caller caller, LeaseMode mode, bool bind, int began)
{
    public int Number { get; } = number;

    public Caller Caller { get; } = caller;

    public LeaseMode Mode { get; } = mode;

    public bool Bind { get; } = bind;

    public int Began { get; } = began;

    /// <summary>When it knew that it had to wait.</summary>
    public int Joined { get; set; }

    /// <summary>When it had its answer.</summary>
    public int Answered { get; set; }

    public override string ToString() => $"{Caller.Principal}'s request {Number}";
}

/// <summary>A lease as its holder saw it.</summary>
internal sealed class Held(Asked asked, Lease<FakeSession> lease, Binding<FakeSession>? binding)
{
    public Asked Asked { get; } = asked;

    public Lease<FakeSession> Lease { get; } = lease;

    public FakeSession Session { get; } = lease.Session;

    public Binding<FakeSession>? Binding { get; } = binding;

    /// <summary>Under every rule the request may have met, nobody else may run on the session.</summary>
    public bool IsExclusive { get; set; }

    public int ReleaseBegan { get; set; }

    public int ReleaseEnded { get; set; }
}
