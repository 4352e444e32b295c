namespace EdgeGateway.DataPath.Acquire;

/// <summary>Client sessions that have ended: their ids would still open after a restart.</summary>
internal interface IEndedSessions
{
    /// <summary>Remembers one for <see cref="ClientSessionIds.Life"/>. Completes when that has reached the disk, or cannot; never throws.</summary>
    Task AddAsync(SealedSession session);

    /// <summary>Whether it has ended; also true when that cannot be told now.</summary>
    bool Contains(SealedSession session);
}
