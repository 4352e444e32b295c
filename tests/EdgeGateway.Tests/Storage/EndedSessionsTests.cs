using EdgeGateway.DataPath.Acquire;
using EdgeGateway.Pooling;
using EdgeGateway.Storage;
using EdgeGateway.Tests.Authenticate;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeGateway.Tests.Storage;

public sealed class EndedSessionsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Database _database;

    public EndedSessionsTests() => _database = Database.Open(_folder.Path);

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_was_added_is_on_disk_when_that_completes()
    {
        await using (var ended = Ended())
        {
            await ended.AddAsync(Session(1));
        }

        var again = new SqliteEndedSessionStore(_database);
        Assert.True(again.Contains(Session(1)));
        Assert.False(again.Contains(Session(2)));
    }

    [Fact]
    public async Task A_thousand_at_once_are_known_at_once_and_written_before_the_end()
    {
        await using (var ended = Ended())
        {
            var all = Enumerable.Range(0, 1000).Select(number => ended.AddAsync(Session((uint)number))).ToList();
            Assert.True(ended.Contains(Session(999)));
            Assert.InRange(all.Distinct().Count(), 1, 999);
        }

        Assert.All([0u, 500u, 999u], number => Assert.True(new SqliteEndedSessionStore(_database).Contains(Session(number))));
    }

    [Fact]
    public async Task What_no_id_can_name_any_more_is_forgotten()
    {
        var clock = Tokens.Clock();
        await using var ended = new EndedSessions(new SqliteEndedSessionStore(_database), clock, NullLogger<EndedSessions>.Instance);
        await ended.AddAsync(Session(1));
        clock.Advance(ClientSessionIds.Life);

        await ended.AddAsync(Session(2) with { Issued = clock.GetUtcNow() });

        Assert.False(ended.Contains(Session(1)));
        Assert.True(ended.Contains(Session(2) with { Issued = clock.GetUtcNow() }));
    }

    [Fact]
    public async Task What_cannot_be_written_is_still_known_and_written_with_the_next()
    {
        await using var ended = Ended();
        Drop("ended_sessions", "kept");
        await ended.AddAsync(Session(1));
        Assert.True(ended.Contains(Session(1)));

        Drop("kept", "ended_sessions");
        await ended.AddAsync(Session(2));

        Assert.True(new SqliteEndedSessionStore(_database).Contains(Session(1)));
    }

    private static SealedSession Session(uint number) =>
        new(new SessionSerial(7, number), Tokens.Now, SealedKind.Bound, new SessionClass("2025-11-25", "{}"), "2025-11-25", 0, "u");

    private EndedSessions Ended() => new(new SqliteEndedSessionStore(_database), Tokens.Clock(), NullLogger<EndedSessions>.Instance);

    /// <summary>Out of the way of whoever writes there.</summary>
    private void Drop(string table, string away) => _database.Write(connection => connection.Command($"ALTER TABLE {table} RENAME TO {away}").ExecuteNonQuery());
}
