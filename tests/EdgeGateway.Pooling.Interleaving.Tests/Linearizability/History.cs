using EdgeGateway.Pooling.Tests.Scheduling;

namespace EdgeGateway.Pooling.Tests.Linearizability;

/// <summary>What the books say as operations. To ask and to be granted are two of them: between the two others come and go.</summary>
internal static class History
{
    public static List<Operation> Of(Books books)
    {
        var operations = new List<Operation>();
        foreach (var asked in books.Asks)
        {
            var lane = asked.Caller.Principal;
            var held = books.Leases.Find(lease => lease.Asked == asked);
            operations.Add(new(OperationKind.Ask, asked.Number, lane, asked.Began, asked.Joined > 0 ? asked.Joined : asked.Answered));
            operations.Add(new(held is null ? OperationKind.Leave : OperationKind.Grant, asked.Number, lane, asked.Began, asked.Answered));
            if (held is not null)
            {
                operations.Add(new(OperationKind.Release, asked.Number, lane, held.ReleaseBegan, held.ReleaseEnded));
            }
        }

        return operations;
    }
}
