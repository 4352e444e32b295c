using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Pooling.Tests.Harness;

/// <summary>Runs a timer in the context of whoever made it, as the system's clock does and the fake one does not.</summary>
internal sealed class FlowingClock : FakeTimeProvider
{
    /// <summary>Whose context it is; set by the test, which plays the caller.</summary>
    public AsyncLocal<string?> Caller { get; } = new();

    /// <summary>Whose context each timer ran in.</summary>
    public List<string?> Ran { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var context = ExecutionContext.Capture();
        return base.CreateTimer(Fire, null, dueTime, period);

        void Fire(object? nothing)
        {
            if (context is null)
                Run(null);
            else
                ExecutionContext.Run(context, Run, null);
        }

        void Run(object? nothing)
        {
            Ran.Add(Caller.Value);
            callback(state);
        }
    }
}
