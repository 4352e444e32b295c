using System.Diagnostics;
using System.Net;
using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>A disk that is really full: changes are refused with a clear error, calls go on, and nothing that was acknowledged is lost.</summary>
public sealed class FullDiskTests
{
    /// <summary>Room for a database and its log, and not for much more.</summary>
    private const string Size = "4m";

    private const string Echo = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"x"}}}""";

    [Fact(Timeout = 120_000)]
    public async Task Calls_are_served_on_a_full_disk_and_changes_are_refused_until_there_is_room()
    {
        var cancelled = TestContext.Current.CancellationToken;

        // Not Require: it is a right, which no installation of a package gives.
        Assert.SkipUnless(CanMount(out var why), why);
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        using var workspace = Workspace.With("SESSION_POOL_ENABLED=true", "JWT_SECRET_KEY=the same in and out of the small disk's own view");
        Directory.CreateDirectory(workspace.Data);
        workspace.Launch = OnSmallDisk();
        await using var gateway = await PublishedGateway.StartAsync(workspace, cancelled);
        var server = await gateway.Api.AddServerAsync("kept", upstream.Url, cancelled);
        await gateway.Api.PutAsync($"/servers/{server}/pool/config", """{"enabled":true}""", cancelled);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Api.PostAsync($"/servers/{server}/rpc", Echo, cancelled)).Status);

        // The gateway's view of the folder, from outside.
        var ballast = $"/proc/{gateway.Process.Id}/root{workspace.Data}/ballast";
        FillUp(ballast);
        var (status, problem) = await RefusedAsync(gateway, cancelled);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("/problems/storage-unavailable", problem.GetProperty("type").GetString());
        Assert.DoesNotContain(workspace.Data, problem.ToString(), StringComparison.Ordinal);
        await gateway.Process.WhenSaidAsync("is full. Free some space", cancelled);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Api.PostAsync($"/servers/{server}/rpc", Echo, cancelled)).Status);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Api.GetAsync($"/servers/{server}/pool/stats", cancelled)).Status);

        File.Delete(ballast);
        await gateway.Api.AddServerAsync("after", upstream.Url, cancelled);
        var (_, list) = await gateway.Api.GetAsync("/servers", cancelled);
        var names = list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()).ToArray();
        Assert.Contains("kept", names);
        Assert.Contains("after", names);
        Assert.Equal(0, await gateway.StopAsync(cancelled));
    }

    /// <summary>What the log has room for left is taken by changes; then one is refused.</summary>
    private static async Task<(HttpStatusCode Status, System.Text.Json.JsonElement Problem)> RefusedAsync(PublishedGateway gateway, CancellationToken cancelled)
    {
        var description = new string('x', 1000);
        for (var i = 0; ; i++)
        {
            var answer = await gateway.Api.PostAsync("/servers", $$"""{"name":"more{{i}}","url":"http://127.0.0.1:9/mcp","description":"{{description}}"}""", cancelled);
            if (answer.Status != HttpStatusCode.Created)
            {
                return answer;
            }

            Assert.True(i < 10_000, "the disk does not fill up");
        }
    }

    private static void FillUp(string path)
    {
        using var file = File.Create(path, bufferSize: 1);
        try
        {
            for (var chunk = new byte[4096]; ; file.Write(chunk))
            {
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>A view of the file system of its own, in which the data folder is a small disk.</summary>
    private static Launch OnSmallDisk()
    {
        var binary = Launch.Published.Command;
        return new Launch([.. Unshare(), "sh", "-c", $"mount -t tmpfs -o size={Size},mode=700 tmpfs \"$EDGE_GATEWAY_DATA\" && exec \"$0\" \"$@\"", .. binary]);
    }

    private static string[] Unshare() => Environment.UserName == "root" ? ["unshare", "--mount"] : ["unshare", "--mount", "--map-root-user"];

    private static bool CanMount(out string why)
    {
        why = "needs unshare (util-linux), and the right to mount in a name space of its own";
        try
        {
            string[] command = [.. Unshare(), "mount", "-t", "tmpfs", "tmpfs", "/mnt"];
            using var trial = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
            why += ": " + trial.StandardError.ReadToEnd();
            trial.WaitForExit();
            return trial.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
