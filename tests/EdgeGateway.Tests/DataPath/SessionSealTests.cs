using EdgeGateway.DataPath.Acquire;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Mcp.Upstream.Http;
using EdgeGateway.Pooling;
using EdgeGateway.Tests.Authenticate;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>What a client session id says, and to whom.</summary>
public sealed class SessionSealTests
{
    private static readonly byte[] First = [.. Enumerable.Repeat((byte)1, 32)];
    private static readonly byte[] Second = [.. Enumerable.Repeat((byte)2, 32)];
    private static readonly SessionClass Class = new("2025-11-25", """{"roots":{}}""");
    private static readonly Caller Ada = new("ada", Class, Credential.Stored(3));

    [Fact]
    public void An_earlier_runs_id_says_what_it_was_issued_with()
    {
        var clock = Tokens.Clock();
        var issued = new ClientSessionIds(new SessionSeal(First, []), clock).Issue("s", Ada, "2025-06-18", Upstream("u-1", endpoint: 2));

        var read = new ClientSessionIds(new SessionSeal(First, []), clock).Read(issued.Text, "s", Ada);

        Assert.Equal(issued.Content, read);
        Assert.Equal((SealedKind.Bound, Class, "2025-06-18", 2, "u-1"), (read!.Kind, read.Class, read.ProtocolVersion, read.Endpoint, read.UpstreamId));
    }

    [Fact]
    public void This_runs_own_ids_are_not_read_because_all_are_known()
    {
        var ids = new ClientSessionIds(new SessionSeal(First, []), Tokens.Clock());

        Assert.Null(ids.Read(ids.Issue("s", Ada, "2025-11-25", own: null).Text, "s", Ada));
    }

    [Theory]
    [InlineData("other", "ada", 3)]
    [InlineData("s", "bob", 3)]
    [InlineData("s", "ada", 4)]
    [InlineData("sada", "", 3)]
    public void It_opens_for_its_server_principal_and_credential_only(string server, string principal, int version)
    {
        var seal = new SessionSeal(First, []);
        var id = seal.Seal("content"u8, "s", Ada);

        Assert.Equal("content"u8, seal.Open(id, "s", Ada)!);
        Assert.Null(seal.Open(id, server, new Caller(principal, Class, Credential.Stored(version))));
    }

    [Fact]
    public void The_previous_key_opens_and_never_seals()
    {
        var id = new SessionSeal(First, []).Seal("content"u8, "s", Ada);
        var rotated = new SessionSeal(Second, First);

        Assert.NotNull(rotated.Open(id, "s", Ada));
        Assert.Null(new SessionSeal(First, []).Open(rotated.Seal("content"u8, "s", Ada), "s", Ada));
        Assert.Null(new SessionSeal([.. Enumerable.Repeat((byte)3, 32)], Second).Open(id, "s", Ada));
    }

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("AQ")]
    [InlineData("not base64url!")]
    [InlineData("tökén")]
    public void What_was_never_issued_says_nothing(string id) => Assert.Null(new SessionSeal(First, []).Open(id, "s", Ada));

    [Fact]
    public void One_session_has_one_spelling()
    {
        var seal = new SessionSeal(First, []);
        var id = seal.Seal("12"u8, "s", Ada); // 31 bytes: the last character carries 2 of its 6 bits in vain
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

        Assert.Equal(1, Alphabet.Count(last => seal.Open(id[..^1] + last, "s", Ada) is not null));
        Assert.Null(seal.Open(id + "=", "s", Ada));
        Assert.Null(seal.Open(" " + id, "s", Ada));
    }

    [Theory]
    [InlineData(false, 10)]
    [InlineData(true, 1100)]
    public void What_cannot_be_gone_on_with_or_is_too_long_ends_with_the_gateway(bool isResumable, int length)
    {
        var clock = Tokens.Clock();
        var own = Upstream(new string('u', length), 0, isResumable);

        var issued = new ClientSessionIds(new SessionSeal(First, []), clock).Issue("s", Ada, "2025-11-25", own);

        Assert.False(issued.Survives);
        Assert.InRange(issued.Text.Length, 1, 300);
        Assert.Null(new ClientSessionIds(new SessionSeal(First, []), clock).Read(issued.Text, "s", Ada));
    }

    private static PooledUpstream Upstream(string id, int endpoint, bool isResumable = true)
    {
        var connector = new StreamableHttpConnector(new LeanTransport(null, TimeSpan.FromSeconds(5), TimeProvider.System), new Uri("http://127.0.0.1:9/"), [], TimeProvider.System);
        return new PooledUpstream(connector.Rejoin(new OpenSession(id, "2025-11-25", MayLackInitialized: false), []), "u") { Endpoint = endpoint, IsResumable = isResumable };
    }
}
