namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>When a requirement must hold.</summary>
internal enum When
{
    /// <summary>In every reachable state.</summary>
    Always,

    /// <summary>In every state in which nobody is in the middle of anything: who waits, waits; who holds a lease, uses it.</summary>
    AtRest,

    /// <summary>In every state in which nobody can do anything any more.</summary>
    AtTheEnd,
}

/// <summary>What must hold of the model's current state.</summary>
internal sealed record Requirement(string Name, When When, Func<bool> Holds);

/// <summary>
/// Some actors and what they share. The model's fields are its current state; the checker reads a state into them, lets one actor take
/// one atomic step, and writes the new state out.
/// </summary>
internal abstract class Model
{
    /// <summary>An actor's atomic step has at most this many outcomes to choose from.</summary>
    public const int Choices = 4;

    public abstract int Actors { get; }

    public abstract bool IsAtRest { get; }

    public abstract IReadOnlyList<Requirement> Requirements { get; }

    /// <summary>Takes the actor's next atomic step.</summary>
    /// <returns>The step's name; null when the actor cannot take this one now, and then nothing has changed.</returns>
    public abstract string? Step(int actor, int choice);

    /// <summary>Every field of the state, in a fixed order. Fields that mean nothing in a state are zero in it: the encoding is canonical.</summary>
    public abstract void Layout(Codec codec);

    public abstract string NameOf(int actor);

    /// <summary>The state in one line, for counterexamples.</summary>
    public abstract string Picture();
}
