using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Transcripts;

/// <summary>One server behind one gateway, and the transcript of what is said.</summary>
internal sealed class Scene(TestUpstream upstream, TestGateway gateway, string server, WireTranscript transcript) : IAsyncDisposable
{
    private readonly List<WrittenClient> _clients = [];

    public TestUpstream Upstream => upstream;

    public TestGateway Gateway => gateway;

    public string Server => server;

    public WireTranscript Transcript => transcript;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <param name="isolation">Of the server's pool.</param>
    /// <param name="options">Of the upstream.</param>
    /// <param name="pool">Further members of the pool's config, raw.</param>
    /// <param name="more">Further members of the server's document, raw.</param>
    /// <param name="showsInitialized">See <see cref="WireTranscript.ShowsInitialized"/>.</param>
    /// <param name="hidesUpkeep">See <see cref="WireTranscript.HidesUpkeep"/>.</param>
    /// <param name="showsEventIds">See <see cref="WireTranscript.ShowsEventIds"/>.</param>
    public static async Task<Scene> SetAsync(string isolation, TestUpstreamOptions? options = null, string pool = "", string more = "", bool showsInitialized = false, bool hidesUpkeep = false, bool showsEventIds = false)
    {
        var upstream = await TestUpstream.StartAsync(options, Cancelled);
        var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, $$"""{"enabled":true,"isolation":"{{isolation}}"{{pool}}}""", more);

        // What the pool opens in the beginning is no part of the story.
        await gateway.UntilAsync(server, stats => stats is { Opening: 0, Available: > 0 });
        return new Scene(upstream, gateway, server, new WireTranscript(upstream) { ShowsInitialized = showsInitialized, HidesUpkeep = hidesUpkeep, ShowsEventIds = showsEventIds });
    }

    /// <summary>A client that has initialized already, unheard.</summary>
    public async Task<WrittenClient> HolderAsync(string who = "client", string capabilities = "{}", string version = "2025-11-25") =>
        Keep(new WrittenClient(transcript, who, await gateway.Raw(server, who).InitializeAsync(version, capabilities)));

    /// <summary>A client that has not initialized.</summary>
    public WrittenClient Newcomer(string who = "client") => Keep(new WrittenClient(transcript, who, gateway.Raw(server, who)));

    /// <summary>Another connection of a client that has initialized: the same user, the same session.</summary>
    public WrittenClient Again(WrittenClient client, string who = "client")
    {
        var raw = gateway.Raw(server, who);
        raw.SessionId = client.SessionId;
        return Keep(new WrittenClient(transcript, who, raw));
    }

    /// <summary>A client of 2026-07-28.</summary>
    public WrittenClient Modern(string who = "client", string capabilities = "{}") =>
        Keep(new WrittenClient(transcript, who, gateway.Raw(server, who), capabilities));

    /// <summary>A client by the door it comes through.</summary>
    /// <param name="door">modern, rpc or shared, or pinned for one that has; the pool's isolation is to be <see cref="IsolationOf"/>.</param>
    /// <param name="who">Also the user.</param>
    /// <param name="capabilities">What it declares, where it can.</param>
    public async Task<WrittenClient> ClientAsync(string door, string who = "client", string capabilities = "{}") => door switch
    {
        "modern" => Modern(who, capabilities),
        "rpc" => Keep(new WrittenClient(transcript, who, gateway.Rpc(server, who))),
        _ => await HolderAsync(who, capabilities),
    };

    public static string IsolationOf(string door) => door == "shared" ? "shared" : "auto";

    public Task UntilSeenAsync(string label, int count = 1) => upstream.Recorded.WhenSeenAsync(label, count, Cancelled);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        await gateway.DisposeAsync();
        await upstream.DisposeAsync();
    }

    private WrittenClient Keep(WrittenClient client)
    {
        _clients.Add(client);
        return client;
    }
}
