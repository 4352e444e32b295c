using System.Runtime.Versioning;
using System.Text;
using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle;
using Xunit;

namespace EdgeGateway.Tests.Lifecycle;

public sealed class FirstRunTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("edge-gateway-test-").FullName;

    private string Folder => Path.Combine(_parent, "a", "data");

    private static GatewayOptions Unset => new() { DataFolder = "", JwtSecretKey = "" };

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void It_makes_folder_secret_and_key_for_their_owner_only()
    {
        var options = FirstRun.Complete(Unset, Folder);

        Assert.Equal(Folder, options.DataFolder);
        Assert.Equal(43, options.JwtSecretKey.Length);
        Assert.Equal(32, options.GatewayKey.Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
        Assert.Equal(["gateway.key", "jwt.secret"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order());
        Assert.All(Directory.GetFiles(Folder), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void A_credential_of_the_service_manager_comes_before_a_secret_of_its_own()
    {
        var credentials = Directory.CreateDirectory(Path.Combine(_parent, "credentials")).FullName;
        Assert.Equal(43, FirstRun.Complete(Unset, Folder, credentials).JwtSecretKey.Length);
        File.WriteAllText(Path.Combine(credentials, "jwt.secret"), new string('s', 40) + "\n");

        Assert.Equal(new string('s', 40), FirstRun.Complete(Unset, Folder, credentials).JwtSecretKey);
        Assert.Equal(new string('e', 40), FirstRun.Complete(Unset with { JwtSecretKey = new string('e', 40) }, Folder, credentials).JwtSecretKey);

        File.WriteAllText(Path.Combine(credentials, "jwt.secret"), "short");
        var refused = Assert.Throws<BootException>(() => FirstRun.Complete(Unset, Folder, credentials));
        Assert.Equal(ExitCode.BadConfiguration, refused.ExitCode);
        Assert.Contains("less than 32 bytes", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_secret_that_others_can_read_is_named_with_the_remedy()
    {
        FirstRun.Complete(Unset, Folder);
        Assert.Empty(FirstRun.Exposed(Folder));
        var secret = Path.Combine(Folder, "jwt.secret");
        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Assert.Contains($"chmod 600 {secret}", Assert.Single(FirstRun.Exposed(Folder)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_next_run_finds_the_same_secret_and_key()
    {
        var first = FirstRun.Complete(Unset, Folder);
        var second = FirstRun.Complete(Unset, Folder);

        Assert.Equal(first.JwtSecretKey, second.JwtSecretKey);
        Assert.Equal(first.GatewayKey.ToArray(), second.GatewayKey.ToArray());
    }

    [Fact]
    public void Options_that_were_not_completed_find_the_key_of_their_data_folder()
    {
        var completed = FirstRun.Complete(Unset, Folder);

        Assert.Equal(completed.GatewayKey.ToArray(), FirstRun.KeyOf(Unset with { DataFolder = Folder }));
        Assert.Equal("from options"u8, FirstRun.KeyOf(completed with { GatewayKey = "from options"u8.ToArray() }));
    }

    [Fact]
    public async Task Many_starting_at_once_agree_on_one_secret_and_one_key()
    {
        Directory.CreateDirectory(Folder);
        var all = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => FirstRun.Complete(Unset, Folder))));

        Assert.Single(all.DistinctBy(options => options.JwtSecretKey));
        Assert.Single(all.DistinctBy(options => Convert.ToHexString(options.GatewayKey.Span)));
        Assert.Equal(2, Directory.GetFiles(Folder).Length);
    }

    [Fact]
    public void A_secret_that_was_set_is_kept_and_none_is_made()
    {
        var options = FirstRun.Complete(Unset with { JwtSecretKey = new string('k', 32) }, Folder);

        Assert.Equal(new string('k', 32), options.JwtSecretKey);
        Assert.False(File.Exists(Path.Combine(Folder, "jwt.secret")));
    }

    [Fact]
    public void A_short_secret_file_and_a_damaged_key_are_refused_with_the_next_step()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "jwt.secret"), "short\n");
        Assert.Contains("Delete it to have a new one made", Assert.Throws<BootException>(() => FirstRun.Complete(Unset, Folder)).Message);

        File.Delete(Path.Combine(Folder, "jwt.secret"));
        File.WriteAllBytes(Path.Combine(Folder, "gateway.key"), Encoding.ASCII.GetBytes("half a key"));
        Assert.Contains("Restore it from a backup", Assert.Throws<BootException>(() => FirstRun.Complete(Unset, Folder)).Message);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_exit_4()
    {
        File.WriteAllText(Path.Combine(_parent, "a"), "a file in the way");

        var failure = Assert.Throws<BootException>(() => FirstRun.Complete(Unset, Folder));

        Assert.Equal(4, failure.ExitCode);
        Assert.Contains("--data FOLDER", failure.Message);
    }
}
