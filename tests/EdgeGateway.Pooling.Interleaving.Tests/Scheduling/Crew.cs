using System.Collections.Concurrent;

namespace EdgeGateway.Pooling.Tests.Scheduling;

/// <summary>Real threads that run one strand after another: starting a thread costs more than a whole schedule.</summary>
internal static class Crew
{
    private static readonly ConcurrentBag<Member> Idle = [];

    /// <summary>Has the work done on a thread of its own.</summary>
    /// <returns>What that thread waits for before it begins, and whenever the work says so.</returns>
    public static Baton Take(Action work)
    {
        var member = Idle.TryTake(out var idle) ? idle : new Member();
        member.Work = work;
        return member.Turn;
    }

    private sealed class Member
    {
        public Member() => new Thread(Live) { IsBackground = true, Name = "strand" }.Start();

        public Baton Turn { get; } = new();

        public Action? Work { get; set; }

        private void Live()
        {
            for (; ; )
            {
                Turn.Wait();
                Work!();
                Work = null;
                Idle.Add(this);
            }
        }
    }
}
