using System.Net;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.Storage;
using EdgeGateway.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

public sealed class ProblemTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private ControlPlaneHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ControlPlaneHost.StartAsync(_folder.Path, more: app =>
    {
        app.MapGet("/fails", Task (HttpContext _) => throw new InvalidOperationException("the secret text of an exception"));
        app.MapGet("/storage", Task (HttpContext _) => throw new DatabaseUnusableException("The disk is full. Free some space."));
        app.MapGet("/refused", Task (HttpContext _) => throw new BadHttpRequestException("text of the host", 413));
    });

    [Fact]
    public async Task An_unknown_route_is_a_problem()
    {
        var answer = await _host.GetAsync("/nowhere");

        answer.IsProblem("not-found", 404);
        Assert.Equal("nothing is served at GET /nowhere", (string)answer.Json["detail"]!);
    }

    [Fact]
    public async Task A_wrong_method_is_a_problem_that_names_the_right_ones()
    {
        var answer = await _host.SendAsync(HttpMethod.Delete, "/servers");

        answer.IsProblem("method-not-allowed", 405);
        Assert.Contains("GET", (string)answer.Json["detail"]!);
    }

    [Fact]
    public async Task An_exception_is_500_without_its_text()
    {
        var answer = await _host.GetAsync("/fails");

        answer.IsProblem("internal-error", 500);
        Assert.DoesNotContain("secret text", answer.Text);
    }

    [Fact]
    public async Task Storage_trouble_is_503_with_what_to_do()
    {
        var answer = await _host.GetAsync("/storage");

        answer.IsProblem("storage-unavailable", 503);

        // The exception's own sentence names the file: that is for the log, not for a client.
        Assert.DoesNotContain("disk is full", answer.Json.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("log", (string)answer.Json["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_host_refuses_keeps_its_status() =>
        (await _host.GetAsync("/refused")).IsProblem("body-too-large", 413);

    [Fact]
    public async Task A_write_that_fails_changes_nothing_that_is_seen()
    {
        var id = await _host.RegisterAsync();
        using var other = new SqliteConnection($"Data Source={_folder.File(Database.FileName)};Pooling=False");
        other.Open();
        other.Command("BEGIN IMMEDIATE").ExecuteNonQuery();

        (await _host.SendAsync(HttpMethod.Patch, "/servers/" + id, """{"description": "new"}""")).IsProblem("storage-unavailable", 503);
        Assert.Null((await _host.GetAsync("/servers/" + id)).Json["description"]);
        (await _host.GetAsync("/health/ready")).IsProblem("not-ready", 503);

        other.Command("ROLLBACK").ExecuteNonQuery();
        Assert.Equal(HttpStatusCode.OK, (await _host.SendAsync(HttpMethod.Patch, "/servers/" + id, """{"description": "new"}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await _host.GetAsync("/health/ready")).Status);
    }

    [Fact]
    public async Task Every_problem_explains_itself()
    {
        foreach (var type in ProblemTypes.All)
        {
            var explained = (await _host.GetAsync(type.Uri)).Json;
            Assert.Equal(type.Uri, (string)explained["type"]!);
            Assert.Equal(type.Status, (int)explained["status"]!);
            Assert.NotEmpty((string)explained["meaning"]!);
            Assert.NotEmpty((string)explained["remedy"]!);
        }

        (await _host.GetAsync("/problems/unheard-of")).IsProblem("not-found", 404);
    }

    [Fact]
    public void No_two_problems_share_a_slug() => Assert.Distinct(ProblemTypes.All.Select(type => type.Slug));

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }
}
