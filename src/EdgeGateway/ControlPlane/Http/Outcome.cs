using EdgeGateway.ControlPlane.Problems;

namespace EdgeGateway.ControlPlane.Http;

/// <summary>What a step of a control-plane request led to: a value, or the problem to answer with.</summary>
internal readonly struct Outcome<T>
    where T : class
{
    private readonly T? _value;

    private Outcome(T? value, Problem? problem) => (_value, Problem) = (value, problem);

    /// <summary>Only when <see cref="Problem"/> is null.</summary>
    public T Value => _value!;

    public Problem? Problem { get; }

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Problem problem) => new(null, problem);
}
