using System.Net;
using System.Text.RegularExpressions;
using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.Tests.RealUpstreams;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>The page as the binary serves it.</summary>
public sealed partial class AdminUiTests
{
    [Fact(Timeout = 60_000)]
    public async Task The_page_and_all_it_loads_are_served_with_strict_headers_compressed_and_revalidated()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var workspace = new Workspace();
        await using var gateway = await PublishedGateway.StartAsync(workspace, cancelled);
        using var http = new HttpClient { BaseAddress = gateway.Url };
        var page = await http.GetStringAsync("/admin", cancelled);
        string[] paths = ["/admin", .. Links().Matches(page).Select(match => match.Groups["path"].Value).Distinct()];

        // Everything is asked for at once, not import by import.
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "embedded-ui")).Select(file => Path.GetFileName(file) is "index.html" ? "/admin" : "/admin/" + Path.GetFileName(file));
        Assert.Equal(files.Order(StringComparer.Ordinal), paths.Order(StringComparer.Ordinal));

        foreach (var path in paths)
        {
            using var plain = await http.GetAsync(path, cancelled);
            using var compressed = await GetAsync(http, path, ("Accept-Encoding", "gzip, br"), cancelled);
            using var again = await GetAsync(http, path, ("If-None-Match", plain.Headers.ETag!.ToString()), cancelled);

            Assert.Equal(HttpStatusCode.OK, plain.StatusCode);
            var source = Path.Combine(Repository.Root, "embedded-ui", path == "/admin" ? "index.html" : path["/admin/".Length..]);
            Assert.Equal(await File.ReadAllBytesAsync(source, cancelled), await plain.Content.ReadAsByteArrayAsync(cancelled));
            Assert.Equal("nosniff", Assert.Single(plain.Headers.GetValues("X-Content-Type-Options")));
            Assert.StartsWith("default-src 'none'", Assert.Single(plain.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
            Assert.Equal("same-origin", Assert.Single(plain.Headers.GetValues("Cross-Origin-Opener-Policy")));
            Assert.False(plain.Headers.ETag.IsWeak);
            Assert.Equal(["br"], compressed.Content.Headers.ContentEncoding);
            Assert.NotEqual(plain.Headers.ETag, compressed.Headers.ETag);
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        }
    }

    private static Task<HttpResponseMessage> GetAsync(HttpClient http, string path, (string Name, string Value) header, CancellationToken cancelled)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        return http.SendAsync(request, cancelled);
    }

    [GeneratedRegex("(?:href|src)=\"(?<path>/admin/[^\"]+)\"")]
    private static partial Regex Links();
}
