namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>
/// Looks for a way to go on for ever in which something never happens although nobody is held up for ever: everybody who owes a step
/// again and again takes one again and again (strong fairness). Exact: components of the state graph, and within one that is unfair only
/// because of some states, the components without these.
/// </summary>
internal sealed class FairCycles
{
    private readonly Checker _checker;
    private readonly Dictionary<int, List<(int Actor, int To)>> _edges = [];
    private readonly Dictionary<int, int> _owes = [];

    /// <param name="checker">Has run.</param>
    /// <param name="isInVain">The states in which it has not happened yet.</param>
    /// <param name="owes">Whether the actor, when it can take a step in the current state, has to take one some time.</param>
    public FairCycles(Checker checker, Func<bool> isInVain, Func<int, bool> owes)
    {
        _checker = checker;
        var inVain = Enumerable.Range(0, checker.States).Where(at => checker.Is(at, isInVain)).ToHashSet();
        foreach (var at in inVain)
        {
            var successors = checker.Successors(at).Select(step => (step.Actor, To: checker.NumberOf(step.Next))).ToList();
            _edges[at] = successors.FindAll(step => inVain.Contains(step.To));
            checker.Is(at, () =>
            {
                _owes[at] = successors.Aggregate(0, (owing, step) => owing | (owes(step.Actor) ? 1 << step.Actor : 0));
                return true;
            });
        }
    }

    /// <returns>How such a cycle is reached and who acts in it; null when there is none.</returns>
    public string? Find()
    {
        var open = new Stack<HashSet<int>>([[.. _edges.Keys]]);
        while (open.TryPop(out var states))
        {
            foreach (var component in Components(states))
            {
                var acting = component.SelectMany(at => _edges[at]).Where(edge => component.Contains(edge.To)).Aggregate(0, (mask, edge) => mask | (1 << edge.Actor));
                if (acting == 0)
                {
                    continue;
                }

                var fair = component.Where(at => (_owes[at] & ~acting) == 0).ToHashSet();
                if (fair.Count == component.Count)
                {
                    return Describe(component, acting);
                }

                open.Push(fair);
            }
        }

        return null;
    }

    /// <summary>How it is reached, and one way round in which every actor of the component acts.</summary>
    private string Describe(HashSet<int> component, int acting)
    {
        var start = component.Min();
        var round = new List<int> { start };
        for (var actor = 0; acting >> actor != 0; actor++)
        {
            if ((acting >> actor & 1) != 0)
            {
                round.AddRange(Walk(component, round[^1], edge => edge.Actor == actor));
            }
        }

        round.AddRange(Walk(component, round[^1], edge => edge.To == start));
        return $"{_checker.PathTo(start)}and from there round and round:\n{_checker.Tell(round)}";
    }

    /// <summary>The shortest walk within the component whose last edge is of the wanted kind.</summary>
    private List<int> Walk(HashSet<int> component, int from, Func<(int Actor, int To), bool> isWanted)
    {
        var cameFrom = new Dictionary<int, int> { [from] = -1 };
        var next = new Queue<int>([from]);
        while (true)
        {
            var at = next.Dequeue();
            foreach (var edge in _edges[at].Where(edge => component.Contains(edge.To)))
            {
                if (isWanted(edge))
                {
                    var walk = new List<int> { edge.To };
                    for (var state = at; cameFrom[state] >= 0; state = cameFrom[state])
                    {
                        walk.Insert(0, state);
                    }

                    return walk;
                }

                if (cameFrom.TryAdd(edge.To, at))
                {
                    next.Enqueue(edge.To);
                }
            }
        }
    }

    /// <summary>Strongly connected components (Tarjan), without recursion.</summary>
    private IEnumerable<HashSet<int>> Components(HashSet<int> states)
    {
        var index = new Dictionary<int, int>();
        var low = new Dictionary<int, int>();
        var stack = new Stack<int>();
        var onStack = new HashSet<int>();
        foreach (var root in states)
        {
            if (index.ContainsKey(root))
            {
                continue;
            }

            var path = new Stack<(int At, int Edge)>();
            path.Push((root, 0));
            while (path.TryPop(out var frame))
            {
                var (at, edge) = frame;
                if (edge == 0)
                {
                    index[at] = low[at] = index.Count;
                    stack.Push(at);
                    onStack.Add(at);
                }

                var edges = _edges[at];
                if (edge > 0)
                {
                    var child = edges[edge - 1].To;
                    low[at] = onStack.Contains(child) && low.TryGetValue(child, out var reached) ? Math.Min(low[at], reached) : low[at];
                }

                while (edge < edges.Count && (!states.Contains(edges[edge].To) || index.ContainsKey(edges[edge].To)))
                {
                    var to = edges[edge++].To;
                    low[at] = onStack.Contains(to) ? Math.Min(low[at], index[to]) : low[at];
                }

                if (edge < edges.Count)
                {
                    path.Push((at, edge + 1));
                    path.Push((edges[edge].To, 0));
                    continue;
                }

                if (low[at] == index[at])
                {
                    var component = new HashSet<int>();
                    int member;
                    do
                    {
                        member = stack.Pop();
                        onStack.Remove(member);
                        component.Add(member);
                    }
                    while (member != at);
                    yield return component;
                }
            }
        }
    }
}
