using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Events;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

/// <summary>GET /events: who listens hears how the pools stand, what happens in them, and which servers change.</summary>
public sealed class EventsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task How_the_pools_stand_is_told_at_once_and_every_second()
    {
        await using var host = await ControlPlaneHost.StartAsync(_folder.Path);
        var id = await AddAsync(host, "one");
        using var stream = await Stream.OpenAsync(host);

        var (kind, first) = await stream.NextAsync();
        Assert.Equal("stats", kind);
        Assert.Equal(id, (string?)first[0]!["server_id"]);
        Assert.NotNull(first[0]!["total_sessions"]);

        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var (_, second) = await stream.UntilAsync("stats");
        Assert.True((DateTime)second[0]!["timestamp"]! > (DateTime)first[0]!["timestamp"]!);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_happens_in_a_pool_is_told_once_and_from_now_on()
    {
        await using var host = await ControlPlaneHost.StartAsync(_folder.Path);
        var id = await AddAsync(host, "one");
        using var stream = await Stream.OpenAsync(host);
        await stream.NextAsync();

        await host.SendAsync(HttpMethod.Post, $"/servers/{id}/pool/reset");
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var told = await stream.BlockAsync("pool");
        var listed = (await host.SendAsync(HttpMethod.Get, $"/servers/{id}/pool/events")).Json["events"]!.AsArray();

        Assert.All(told, happened => Assert.Equal(id, (string?)happened["server_id"]));
        Assert.Equal(told.Select(happened => (long)happened["seq"]!).Distinct().Count(), told.Count);
        Assert.Contains(listed, happened => (long)happened!["seq"]! == (long)told[0]["seq"]! && (string?)happened["reason"] == (string?)told[0]["reason"]);
        Assert.True((long)listed[0]!["seq"]! < (long)told[0]["seq"]!, "what happened before the stream was opened is told in it");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_is_made_changed_or_deleted_is_named()
    {
        await using var host = await ControlPlaneHost.StartAsync(_folder.Path);
        var other = await AddAsync(host, "other");
        using var stream = await Stream.OpenAsync(host);
        await stream.NextAsync();

        var id = await AddAsync(host, "one");
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([id], (await stream.BlockAsync("server")).Select(changed => (string?)changed["id"]));

        await host.SendAsync(HttpMethod.Patch, $"/servers/{other}", """{"description":"new"}""");
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([other], (await stream.BlockAsync("server")).Select(changed => (string?)changed["id"]));

        await host.SendAsync(HttpMethod.Delete, $"/servers/{id}");
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([id], (await stream.BlockAsync("server")).Select(changed => (string?)changed["id"]));
    }

    [Fact(Timeout = 60_000)]
    public async Task It_ends_when_the_gateway_drains()
    {
        await using var host = await ControlPlaneHost.StartAsync(_folder.Path);
        using var stream = await Stream.OpenAsync(host);
        await stream.NextAsync();

        host.Process.BeginDraining();

        Assert.True(await stream.EndsAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task It_needs_a_token_and_ends_with_it()
    {
        await using var host = await ControlPlaneHost.StartAsync(_folder.Path, authRequired: true);
        using (var refused = await host.Client.GetAsync("/events", Cancelled))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        var minter = new TokenMinter(host.Services.GetRequiredService<GatewayOptions>(), host.Clock);
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", minter.Mint(new TokenRequest("ada", TimeSpan.FromHours(1))));
        using var stream = await Stream.OpenAsync(host);
        await stream.NextAsync();

        host.Clock.Advance(TimeSpan.FromHours(2));

        Assert.True(await stream.EndsAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task It_ends_when_its_token_is_revoked()
    {
        await using var host = await ControlPlaneHost.StartAsync(_folder.Path, authRequired: true);
        var request = new TokenRequest("ada", TimeSpan.FromHours(1));
        var minter = new TokenMinter(host.Services.GetRequiredService<GatewayOptions>(), host.Clock);
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", minter.Mint(request));
        using var stream = await Stream.OpenAsync(host);
        await stream.NextAsync();

        host.Services.GetRequiredService<Revocations>().TryRevoke(request.Id, null);
        host.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await stream.EndsAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_does_not_read_is_dropped_and_the_others_go_on()
    {
        await using var host = await ControlPlaneHost.StartAsync(_folder.Path);
        var feed = host.Services.GetRequiredService<LiveFeed>();
        using var slow = feed.TryListen()!;
        using var other = feed.TryListen()!;
        await using var others = other.ReadAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.True(await others.MoveNextAsync());

        for (var second = 0; second < 40; second++)
        {
            host.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.True(await others.MoveNextAsync());
        }

        var read = 0;
        await foreach (var _ in slow.ReadAsync(Cancelled))
        {
            read++;
        }

        Assert.Equal(32, read);
    }

    [Fact(Timeout = 60_000)]
    public async Task At_most_64_listen_and_who_leaves_makes_room()
    {
        await using var host = await ControlPlaneHost.StartAsync(_folder.Path);
        var feed = host.Services.GetRequiredService<LiveFeed>();
        var listeners = Enumerable.Range(0, 64).Select(_ => feed.TryListen()!).ToList();

        Assert.Null(feed.TryListen());
        var refused = await host.SendAsync(HttpMethod.Get, "/events");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.EndsWith("/problems/too-many-listeners", (string?)refused.Json["type"]);

        listeners[0].Dispose();
        using var next = feed.TryListen();
        Assert.NotNull(next);
        listeners.ForEach(listener => listener.Dispose());
    }

    private static Task<string> AddAsync(ControlPlaneHost host, string name) => host.RegisterAsync(name, ""","pool":{"enabled":true}""");

    private sealed class Stream(HttpResponseMessage response, StreamReader lines) : IDisposable
    {
        public static async Task<Stream> OpenAsync(ControlPlaneHost host)
        {
            var response = await host.Client.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead, Cancelled);
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
            return new Stream(response, new StreamReader(await response.Content.ReadAsStreamAsync(Cancelled)));
        }

        public async Task<(string Kind, JsonNode Data)> NextAsync()
        {
            var kind = "";
            while (await lines.ReadLineAsync(Cancelled) is { } line)
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                {
                    kind = line[7..];
                }
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    return (kind, JsonNode.Parse(line[6..])!);
                }
            }

            throw new InvalidOperationException("the stream ended");
        }

        public async Task<(string Kind, JsonNode Data)> UntilAsync(string kind)
        {
            while (true)
            {
                var next = await NextAsync();
                if (next.Kind == kind)
                {
                    return next;
                }
            }
        }

        /// <summary>The events of one kind in the next second's block, which ends with the pools' standing.</summary>
        public async Task<List<JsonNode>> BlockAsync(string kind)
        {
            var all = new List<JsonNode>();
            while (await NextAsync() is var next && next.Kind != "stats")
            {
                if (next.Kind == kind)
                {
                    all.Add(next.Data);
                }
            }

            return all;
        }

        public async Task<bool> EndsAsync()
        {
            while (await lines.ReadLineAsync(Cancelled) is not null)
            {
            }

            return true;
        }

        public void Dispose()
        {
            lines.Dispose();
            response.Dispose();
        }
    }
}
