using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Tests.Storage;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

public sealed class ServerValidationTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private ControlPlaneHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ControlPlaneHost.StartAsync(_folder.Path);

    [Fact]
    public async Task Everything_wrong_is_said_at_once()
    {
        var answer = await _host.PostAsync("/servers", """
            {"name": 7, "url": "ftp://x", "auth": {"type": "basic", "username": "a:b"}, "passthrough_headers": ["cookie", 3], "tags": "x",
             "request_timeout": 0, "era": "future", "pool": {"size": 0, "strategy": "random", "sticky_header": "Host"}, "enabled": "yes"}
            """);

        Assert.Equal(
            ["/auth/password", "/auth/username", "/enabled", "/era", "/name", "/passthrough_headers/0", "/passthrough_headers/1",
             "/pool/size", "/pool/sticky_header", "/pool/strategy", "/request_timeout", "/tags", "/url"],
            answer.IsProblem("validation", 422).Keys.Order(StringComparer.Ordinal));
        Assert.Empty((System.Text.Json.Nodes.JsonArray)(await _host.GetAsync("/servers")).Json["items"]!);
    }

    /// <summary>Members besides name and url; where the error is; part of what it says.</summary>
    [Theory]
    [InlineData("\"url\": \"relative/path\"", "/url", "absolute http or https URL")]
    [InlineData("\"url\": \"file:///etc/passwd\"", "/url", "absolute http or https URL")]
    [InlineData("\"url\": \"http://user:pass@a.example/\"", "/url", "must not contain credentials")]
    [InlineData("\"url\": \"http://a.example/#x\"", "/url", "fragment")]
    [InlineData("\"url\": 5", "/url", "must be a string; got a number")]
    [InlineData("\"url\": null", "/url", "is missing")]
    [InlineData("\"url\": null, \"endpoints\": []", "/url", "is missing")]
    [InlineData("\"url\": null, \"endpoints\": {}", "/endpoints", "must be an array")]
    [InlineData("\"url\": null, \"endpoints\": [5]", "/endpoints/0", "must be an object")]
    [InlineData("\"url\": null, \"endpoints\": [{\"weight\": 1}]", "/endpoints/0/url", "is missing")]
    [InlineData("\"url\": null, \"endpoints\": [{\"url\": \"http://a.example/\", \"weight\": 0}]", "/endpoints/0/weight", "from 1 to 10000")]
    [InlineData("\"url\": null, \"endpoints\": [{\"url\": \"http://a.example/\"}, {\"url\": \"http://a.example/\"}]", "/endpoints/1/url", "given twice")]
    [InlineData("\"endpoints\": [{\"url\": \"http://other.example/\"}]", "/endpoints", "something else than url")]
    [InlineData("\"name\": null", "/name", "is missing")]
    [InlineData("\"name\": \"\"", "/name", "1 to 255 characters; got 0")]
    [InlineData("\"name\": \" x\"", "/name", "begin or end with a space")]
    [InlineData("\"name\": \"a\\u0000b\"", "/name", "control characters")]
    [InlineData("\"description\": []", "/description", "must be a string; got an array")]
    [InlineData("\"transport\": \"carrier-pigeon\"", "/transport", "one of streamable_http, sse, stdio")]
    [InlineData("\"transport\": \"stdio\", \"url\": null", "/command", "is missing")]
    [InlineData("\"transport\": \"stdio\", \"command\": \"sh\"", "/url", "belongs to the HTTP transports")]
    [InlineData("\"transport\": \"stdio\", \"url\": null, \"command\": \"no-such-command-anywhere\"", "/command", "does not exist on the PATH")]
    [InlineData("\"transport\": \"stdio\", \"url\": null, \"command\": \"sh -c ls\"", "/command", "does not exist on the PATH")]
    [InlineData("\"transport\": \"stdio\", \"url\": null, \"command\": \"/no/such/file\"", "/command", "does not exist on the gateway's machine")]
    [InlineData("\"transport\": \"stdio\", \"url\": null, \"command\": \"/etc/passwd\"", "/command", "not an executable file")]
    [InlineData("\"transport\": \"stdio\", \"url\": null, \"command\": \"./server\"", "/command", "absolute path, or a bare name")]
    [InlineData("\"transport\": \"stdio\", \"url\": null, \"command\": \"sh\", \"args\": [\"a\\u0000b\"]", "/args/0", "must not contain NUL")]
    [InlineData("\"transport\": \"stdio\", \"url\": null, \"command\": \"sh\", \"env\": {\"PATH\": \"\"}", "/command", "does not exist on the PATH")]
    [InlineData("\"transport\": \"stdio\", \"url\": null, \"command\": \"sh\", \"auth\": {\"type\": \"bearer\", \"token\": \"t\"}", "/auth", "in env")]
    [InlineData("\"transport\": \"stdio\", \"url\": null, \"command\": \"sh\", \"passthrough_headers\": [\"x-a\"]", "/passthrough_headers", "no headers")]
    [InlineData("\"command\": \"node\"", "/command", "belong to transport stdio")]
    [InlineData("\"args\": [1]", "/args/0", "must be a string")]
    [InlineData("\"env\": {\"A\": 1}", "/env/A", "must be a string")]
    [InlineData("\"env\": {\"A=B\": \"x\"}", "/env/A=B", "not a name")]
    [InlineData("\"auth\": \"bearer\"", "/auth", "must be an object")]
    [InlineData("\"auth\": {}", "/auth/type", "is missing")]
    [InlineData("\"auth\": {\"type\": \"oauth\"}", "/auth/type", "one of none, bearer, basic, headers")]
    [InlineData("\"auth\": {\"type\": \"bearer\"}", "/auth/token", "is missing")]
    [InlineData("\"auth\": {\"type\": \"bearer\", \"token\": \"a\\r\\nX: y\"}", "/auth/token", "visible ASCII")]
    [InlineData("\"auth\": {\"type\": \"basic\", \"username\": \"a\"}", "/auth/password", "is missing")]
    [InlineData("\"auth\": {\"type\": \"headers\"}", "/auth/headers", "is missing")]
    [InlineData("\"auth\": {\"type\": \"headers\", \"headers\": {}}", "/auth/headers", "1 to 16")]
    [InlineData("\"auth\": {\"type\": \"headers\", \"headers\": {\"Mcp-Session-Id\": \"x\"}}", "/auth/headers/Mcp-Session-Id", "set by the gateway")]
    [InlineData("\"auth\": {\"type\": \"headers\", \"headers\": {\"X-A\": \"a\\nb\"}}", "/auth/headers/X-A", "visible ASCII")]
    [InlineData("\"auth\": {\"type\": \"headers\", \"headers\": {\"a/b\": \"x\"}}", "/auth/headers/a~1b", "not a header name")]
    [InlineData("\"passthrough_headers\": [\"x y\"]", "/passthrough_headers/0", "not a header name")]
    [InlineData("\"passthrough_headers\": [\"x-a\", \"X-A\"]", "/passthrough_headers/1", "given twice")]
    [InlineData("\"passthrough_headers\": [\"authorization\"], \"auth\": {\"type\": \"bearer\", \"token\": \"t\"}", "/passthrough_headers/0", "already set by auth")]
    [InlineData("\"ca_certificate\": \"not pem\"", "/ca_certificate", "PEM")]
    [InlineData("\"request_timeout\": 86401", "/request_timeout", "from 1 to 86400")]
    [InlineData("\"tags\": [\"\"]", "/tags/0", "1 to 64 characters")]
    [InlineData("\"pool\": []", "/pool", "must be an object")]
    [InlineData("\"pool\": {\"enabled\": 1}", "/pool/enabled", "must be true or false; got a number")]
    [InlineData("\"pool\": {\"isolation\": \"none\"}", "/pool/isolation", "one of auto, session, user, shared; got \"none\"")]
    [InlineData("\"pool\": {\"min_size\": 9}", "/pool/min_size", "must be at most size (5); got 9")]
    [InlineData("\"pool\": {\"strategy\": \"weighted\"}", "/pool/strategy", "at least two endpoints")]
    public async Task A_wrong_value_is_refused_where_it_stands(string members, string at, string says)
    {
        var document = System.Text.Json.Nodes.JsonNode.Parse("""{"name": "x", "url": "http://127.0.0.1:1/mcp"}""")!.AsObject();
        foreach (var member in System.Text.Json.Nodes.JsonNode.Parse($"{{{members}}}")!.AsObject())
        {
            document[member.Key] = member.Value?.DeepClone();
        }

        var errors = (await _host.PostAsync("/servers", document.ToJsonString())).IsProblem("validation", 422);

        Assert.Equal(at, Assert.Single(errors).Key);
        Assert.Contains(says, errors[at]);
    }

    [Theory]
    [InlineData("host")]
    [InlineData("Cookie")]
    [InlineData("Origin")]
    [InlineData("Mcp-Session-Id")]
    [InlineData("mcp-protocol-version")]
    [InlineData("mcp-param-x")]
    [InlineData("last-event-id")]
    [InlineData("content-length")]
    [InlineData("transfer-encoding")]
    [InlineData("proxy-authorization")]
    public async Task Some_headers_are_never_passed_upstream(string header)
    {
        var answer = await _host.PostAsync("/servers", $$"""{"name": "x", "url": "http://127.0.0.1:1/mcp", "passthrough_headers": ["{{header}}"]}""");

        Assert.Contains("/passthrough_headers/0", answer.IsProblem("validation", 422));
    }

    [Fact]
    public async Task A_certificate_is_taken_and_a_private_key_is_not()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        string Body(string pem) => new System.Text.Json.Nodes.JsonObject { ["name"] = "x", ["url"] = "https://a.example/", ["ca_certificate"] = pem }.ToJsonString();

        var leaking = await _host.PostAsync("/servers", Body(certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem()));
        Assert.Contains("private key", leaking.IsProblem("validation", 422)["/ca_certificate"]);

        var created = await _host.PostAsync("/servers", Body(certificate.ExportCertificatePem()));
        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal(certificate.ExportCertificatePem(), (string)created.Json["ca_certificate"]!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("{\"name\": \"a\", \"name\": \"b\"}")]
    [InlineData("{\"name\": \"\\ud800\"")]
    public async Task What_is_not_a_json_object_is_400(string body)
    {
        (await _host.PostAsync("/servers", body)).IsProblem("malformed-request", 400);
    }

    [Theory]
    [InlineData("""{"name": "x", """, "the body is not valid JSON near line 1, byte 15")]
    [InlineData("""{"name": "x", "name": "y"}""", "the body names a member twice")]
    public async Task What_cannot_be_read_is_named(string body, string detail) =>
        Assert.Equal(detail, (string)(await _host.PostAsync("/servers", body)).Json["detail"]!);

    [Fact]
    public async Task Nesting_without_end_is_400()
    {
        var deep = $$"""{"pool": {{new string('[', 10_000)}}{{new string(']', 10_000)}}}""";

        (await _host.PostAsync("/servers", deep)).IsProblem("malformed-request", 400);
    }

    [Fact]
    public async Task Text_that_is_not_unicode_is_400()
    {
        (await _host.PostAsync("/servers", """{"name": "\ud800", "url": "http://127.0.0.1:1/mcp"}""")).IsProblem("malformed-request", 400);
        (await _host.PostAsync("/servers", """{"\udfff": 1}""")).IsProblem("malformed-request", 400);

        using var content = new ByteArrayContent([.. "{\"name\": \""u8, 0xC3, 0x28, .. "\"}"u8]);
        content.Headers.ContentType = new("application/json");
        using var response = await _host.Client.PostAsync("/servers", content, ControlPlaneHost.Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Something_else_than_json_is_415() =>
        (await _host.SendAsync(HttpMethod.Post, "/servers", "name=x", contentType: "application/x-www-form-urlencoded")).IsProblem("unsupported-media-type", 415);

    [Theory]
    [InlineData(1024 * 1024 + 1)]
    public async Task A_body_that_is_too_long_is_413(int length)
    {
        (await _host.PostAsync("/servers", $$"""{"name": "{{new string('x', length)}}"}""")).IsProblem("body-too-large", 413);

        // Without a length in front, it is noticed while reading.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/servers") { Content = new StringContent(new string(' ', length)) };
        request.Headers.TransferEncodingChunked = true;
        request.Content.Headers.ContentType = new("application/json");
        using var response = await _host.Client.SendAsync(request, ControlPlaneHost.Cancellation);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }
}
