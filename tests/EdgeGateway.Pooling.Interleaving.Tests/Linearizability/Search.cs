namespace EdgeGateway.Pooling.Tests.Linearizability;

/// <summary>
/// Whether operations that overlapped can be put in an order that the model allows and that keeps what came before what: Wing and Gong's search
/// (1993), with Lowe's memory of what was tried in vain (2017).
/// </summary>
internal sealed class Search(IReadOnlyList<Operation> operations)
{
    private readonly HashSet<(ulong, string)> _inVain = [];

    /// <summary>The order found; null when there is none.</summary>
    public static IReadOnlyList<Operation>? Find(IReadOnlyList<Operation> operations, Permits model)
    {
        Assert.InRange(operations.Count, 0, 64);
        var order = new List<Operation>();
        return new Search(operations).Go(0, model, order) ? order : null;
    }

    private bool Go(ulong done, Permits model, List<Operation> order)
    {
        if (order.Count == operations.Count)
        {
            return true;
        }

        if (!_inVain.Add((done, model.State)))
        {
            return false;
        }

        // Whatever is next has begun before the first of those that are left ended.
        var firstEnd = int.MaxValue;
        for (var index = 0; index < operations.Count; index++)
        {
            firstEnd = (done & (1UL << index)) == 0 ? Math.Min(firstEnd, operations[index].Ended) : firstEnd;
        }

        for (var index = 0; index < operations.Count; index++)
        {
            var operation = operations[index];
            if ((done & (1UL << index)) != 0 || operation.Began > firstEnd)
            {
                continue;
            }

            var after = model.Copy();
            if (!after.TryDo(operation))
            {
                continue;
            }

            order.Add(operation);
            if (Go(done | (1UL << index), after, order))
            {
                return true;
            }

            order.RemoveAt(order.Count - 1);
        }

        return false;
    }
}
