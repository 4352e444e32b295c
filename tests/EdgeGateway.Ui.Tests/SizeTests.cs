using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.Tests.RealUpstreams;
using Xunit;

namespace EdgeGateway.Ui.Tests;

/// <summary>The page is small.</summary>
public sealed class SizeTests
{
    private const int BytesMax = 45_000;

    [Fact(Timeout = 60_000)]
    public async Task The_whole_page_is_at_most_45_KB_compressed()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var workspace = new Workspace();
        await using var gateway = await PublishedGateway.StartAsync(workspace, cancelled);
        using var http = new HttpClient { BaseAddress = gateway.Url };
        var folder = Path.Combine(Repository.Root, "embedded-ui");
        var bytes = 0;
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(folder, file);
            using var request = new HttpRequestMessage(HttpMethod.Get, name == "index.html" ? "/admin" : "/admin/" + name);
            request.Headers.AcceptEncoding.Add(new("br"));
            using var answer = await http.SendAsync(request, cancelled);
            Assert.Equal(["br"], answer.Content.Headers.ContentEncoding);
            bytes += (await answer.Content.ReadAsByteArrayAsync(cancelled)).Length;
        }

        Figures.Write("admin page, compressed", $"{bytes} bytes");
        Assert.InRange(bytes, 10_000, BytesMax);
    }
}
