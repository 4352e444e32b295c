namespace EdgeGateway.Pooling.Tests.Linearizability;

/// <summary>The search finds an order where there is one, and none where there is none.</summary>
public sealed class SearchTests
{
    [Fact]
    public void Two_requests_that_overlap_may_be_served_either_way() =>
        Assert.NotNull(Search.Find([Ask(0, 1, 10), Grant(0, 1, 10), Release(0, 11, 12), Ask(1, 2, 9), Grant(1, 2, 13), Release(1, 14, 15)], new Permits(1)));

    [Fact]
    public void One_permit_is_not_given_twice() =>
        Assert.Null(Search.Find([Ask(0, 1, 2), Grant(0, 1, 2), Ask(1, 3, 4), Grant(1, 3, 4), Release(0, 5, 6), Release(1, 7, 8)], new Permits(1)));

    [Fact]
    public void Who_came_later_does_not_overtake() =>
        Assert.Null(Search.Find(
            [Ask(0, 1, 2), Grant(0, 1, 2), Ask(1, 3, 4), Grant(1, 3, 12), Ask(2, 5, 6), Grant(2, 5, 9), Release(0, 7, 8), Release(2, 10, 11), Release(1, 13, 14)],
            new Permits(1)));

    [Fact]
    public void Who_leaves_is_not_in_the_way() =>
        Assert.NotNull(Search.Find(
            [Ask(0, 1, 2), Grant(0, 1, 2), Ask(1, 3, 4), new(OperationKind.Leave, 1, "ann", 3, 12), Ask(2, 5, 6), Grant(2, 5, 9), Release(0, 7, 8), Release(2, 10, 11)],
            new Permits(1)));

    private static Operation Ask(int request, int began, int ended) => new(OperationKind.Ask, request, "ann", began, ended);

    private static Operation Grant(int request, int began, int ended) => new(OperationKind.Grant, request, "ann", began, ended);

    private static Operation Release(int request, int began, int ended) => new(OperationKind.Release, request, "ann", began, ended);
}
