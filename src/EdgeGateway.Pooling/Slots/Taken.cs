namespace EdgeGateway.Pooling.Slots;

/// <summary>A permit of a session, just taken. Two registers: an <c>out</c> would go through memory, and a reference there through a write barrier.</summary>
/// <param name="Entry">The session; null when nothing was taken.</param>
/// <param name="Permit">What of it, as <see cref="Slots.Permit"/>.</param>
internal readonly record struct Taken(SessionEntry? Entry, int Permit)
{
    /// <summary>Nothing had room, or the strategy would rather wait.</summary>
    public static Taken Nothing => default;
}
