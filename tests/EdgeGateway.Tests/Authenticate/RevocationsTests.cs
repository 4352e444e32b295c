using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Storage;
using Xunit;

namespace EdgeGateway.Tests.Authenticate;

/// <summary>What was revoked stays revoked, whatever the disk says.</summary>
public sealed class RevocationsTests
{
    private readonly FlakyStore _store = new();

    [Fact]
    public void It_is_in_force_though_the_disk_refuses_it_and_is_written_when_done_again()
    {
        var revocations = new Revocations(_store);
        _store.Fails = true;

        Assert.Throws<DatabaseUnusableException>(() => revocations.TryRevoke("a", null));
        Assert.True(revocations.Contains("a"));
        Assert.Throws<DatabaseUnusableException>(() => revocations.TryRevoke("a", null));

        _store.Fails = false;
        Assert.False(revocations.TryRevoke("a", null));
        Assert.Equal(["a"], _store.Ids);
        Assert.False(revocations.TryRevoke("a", null));
        Assert.Equal(["a"], _store.Ids);
    }

    [Fact]
    public void Of_many_at_once_one_revoked_it()
    {
        var revocations = new Revocations(_store);
        var firsts = 0;

        Parallel.For(0, 64, _ => Interlocked.Add(ref firsts, revocations.TryRevoke("a", null) ? 1 : 0));

        Assert.Equal(1, firsts);
        Assert.All(_store.Ids, id => Assert.Equal("a", id));
    }

    [Fact]
    public async Task A_token_in_the_cache_is_refused_too()
    {
        var revocations = new Revocations(_store);
        var gate = new JwtGate(Tokens.Options, Tokens.Clock(), revocations);
        var request = new TokenRequest("x", TimeSpan.FromHours(1));
        var header = "Bearer " + new TokenMinter(Tokens.Options, Tokens.Clock()).Mint(request);
        Assert.NotNull((await gate.AuthenticateAsync(header)).Principal);
        Assert.True(gate.TryGetCached(header, out _));

        revocations.TryRevoke(request.Id, null);

        Assert.False(gate.TryGetCached(header, out _));
        Assert.Null((await gate.AuthenticateAsync(header)).Principal);
    }

    private sealed class FlakyStore : IRevocationStore
    {
        private readonly Lock _lock = new();

        public bool Fails { get; set; }

        public List<string> Ids { get; } = [];

        public IReadOnlyCollection<string> Load() => [];

        public void Add(string id, DateTimeOffset? until)
        {
            if (Fails)
            {
                throw new DatabaseUnusableException("full");
            }

            lock (_lock)
            {
                Ids.Add(id);
            }
        }
    }
}
