using System.Text;

namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>
/// Visits every state that any interleaving of the actors' atomic steps can reach, nearest first, and checks every requirement on each.
/// So the first counterexample is a shortest one.
/// </summary>
internal sealed class Checker(Model model)
{
    /// <summary>Three times the largest deep run; beyond it the model has lost its bounds.</summary>
    private const int Limit = 40_000_000;

    private readonly Codec _codec = new();
    private readonly Dictionary<State, int> _numbers = [];
    private readonly List<State> _states = [];
    private readonly List<int> _parents = [];

    public int States => _states.Count;

    public int Steps { get; private set; }

    /// <summary>States at rest, and ends: requirements that look only at these must have seen some.</summary>
    public int Rests { get; private set; }

    public int Ends { get; private set; }

    public string? Broken { get; private set; }

    public string Counterexample { get; private set; } = "";

    public override string ToString() => $"{States} states, {Steps} steps, {Rests} at rest, {Ends} ends";

    /// <returns>This, with <see cref="Broken"/> naming the first requirement found broken, or null.</returns>
    public Checker Run()
    {
        Reach(_codec.Write(model), parent: -1);
        for (var at = 0; at < _states.Count && Broken is null; at++)
        {
            var steps = 0;
            foreach (var (_, _, next) in Successors(at))
            {
                Reach(next, at);
                steps++;
            }

            Steps += steps;
            Check(at, isEnd: steps == 0);
        }

        return this;
    }

    public IEnumerable<(int Actor, string Step, State Next)> Successors(int at)
    {
        _codec.Read(model, _states[at]);
        for (var actor = 0; actor < model.Actors; actor++)
        {
            for (var choice = 0; choice < Model.Choices; choice++)
            {
                if (model.Step(actor, choice) is { } step)
                {
                    yield return (actor, step, _codec.Write(model));
                    _codec.Read(model, _states[at]);
                }
            }
        }
    }

    public int NumberOf(in State state) => _numbers[state];

    public bool Is(int at, Func<bool> what)
    {
        _codec.Read(model, _states[at]);
        return what();
    }

    /// <summary>How the state is reached, step by step.</summary>
    public string PathTo(int at)
    {
        var path = new List<int>();
        for (var state = at; state >= 0; state = _parents[state])
        {
            path.Add(state);
        }

        path.Reverse();
        return Tell(path);
    }

    /// <summary>The steps between states that follow one another.</summary>
    public string Tell(IReadOnlyList<int> path)
    {
        var text = new StringBuilder();
        for (var number = 1; number < path.Count; number++)
        {
            var (actor, step, next) = Successors(path[number - 1]).First(successor => successor.Next == _states[path[number]]);
            _codec.Read(model, next);
            text.AppendLine($"{number,3}. {model.NameOf(actor)}: {step,-34} {model.Picture()}");
        }

        return text.ToString();
    }

    private void Reach(in State state, int parent)
    {
        if (_numbers.TryAdd(state, _states.Count))
        {
            if (_states.Count == Limit)
            {
                throw new InvalidOperationException($"more than {Limit} states");
            }

            _states.Add(state);
            _parents.Add(parent);
        }
    }

    private void Check(int at, bool isEnd)
    {
        _codec.Read(model, _states[at]);
        var isAtRest = model.IsAtRest;
        Rests += isAtRest ? 1 : 0;
        Ends += isEnd ? 1 : 0;
        foreach (var requirement in model.Requirements)
        {
            var applies = requirement.When == When.Always || (requirement.When == When.AtRest ? isAtRest : isEnd);
            if (applies && !requirement.Holds())
            {
                Broken = requirement.Name;
                Counterexample = PathTo(at);
                return;
            }
        }
    }
}
