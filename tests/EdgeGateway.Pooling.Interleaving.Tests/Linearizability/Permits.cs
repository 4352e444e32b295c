namespace EdgeGateway.Pooling.Tests.Linearizability;

/// <summary>The pool as its callers may think of it: some permits, and lanes of those who wait. One operation after the other.</summary>
internal sealed class Permits(int free)
{
    private readonly List<(int Request, string Lane)> _line = [];
    private int _free = free;

    /// <summary>Does it, if that is possible now.</summary>
    public bool TryDo(Operation operation)
    {
        switch (operation.Kind)
        {
            case OperationKind.Ask:
                _line.Add((operation.Request, operation.Lane));
                return true;
            case OperationKind.Grant when _free > 0 && _line.Find(waiter => waiter.Lane == operation.Lane).Equals((operation.Request, operation.Lane)):
                _free--;
                return _line.Remove((operation.Request, operation.Lane));
            case OperationKind.Leave:
                return _line.Remove((operation.Request, operation.Lane));
            case OperationKind.Release:
                _free++;
                return true;
            default:
                return false;
        }
    }

    public Permits Copy()
    {
        var copy = new Permits(_free);
        copy._line.AddRange(_line);
        return copy;
    }

    /// <summary>All that is to come depends on.</summary>
    public string State => $"{_free}|{string.Join(',', _line.Select(waiter => waiter.Request))}";
}
