namespace EdgeGateway.Pooling;

/// <summary>The pool's one lock: whoever holds it decides. Never held across I/O, logging, or anybody's continuation.</summary>
internal sealed class Gate
{
    private readonly Lock _lock = new();

    public Lock.Scope Enter()
    {
        Interleaving.Enter(_lock);
        return _lock.EnterScope();
    }
}
