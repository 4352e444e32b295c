using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Scheduling;

/// <summary>What a session was used for in its life: it must not be two things.</summary>
internal sealed class Life(FakeSession session)
{
    private readonly HashSet<string> _principals = [];
    private bool _wasShared;
    private bool _wasOwned;

    /// <param name="principal">Who used it.</param>
    /// <param name="surelyShared">Under every rule the request may have met it was shared.</param>
    /// <param name="surelyOwned">Under every one it was somebody's own.</param>
    public void Use(string principal, bool surelyShared, bool surelyOwned)
    {
        _principals.Add(principal);
        _wasShared |= surelyShared;
        _wasOwned |= surelyOwned;
        Assert.True(!_wasOwned || _principals.Count == 1, $"I6: {session} is one user's own and served {string.Join(", ", _principals)}");
        Assert.True(!_wasOwned || !_wasShared, $"{session} was used as a shared session and as {principal}'s own");
    }
}
