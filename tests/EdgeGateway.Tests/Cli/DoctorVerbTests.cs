using System.Net;
using System.Net.Sockets;
using EdgeGateway.Storage;
using Xunit;

namespace EdgeGateway.Tests.Cli;

public sealed class DoctorVerbTests : IDisposable
{
    private readonly CliRun _cli = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task A_machine_that_never_ran_it_has_nothing_wrong_and_stays_as_it_was()
    {
        Assert.Equal(0, await ExamineAsync());

        Assert.Contains("ok      OpenSSL is there\n", _cli.Output);
        Assert.Contains("ok      the settings are right\n", _cli.Output);
        Assert.Contains($"note    the data folder {_cli.DataFolder} does not exist yet\n", _cli.Output);
        Assert.Contains("nothing answers there\n        start the gateway", _cli.Output);
        Assert.DoesNotContain("trouble", _cli.Output);
        Assert.False(Directory.Exists(_cli.DataFolder));
    }

    [Fact]
    public async Task Pooling_that_is_off_is_the_first_answer_to_pool_not_created()
    {
        await ExamineAsync();
        Assert.Contains("SESSION_POOL_ENABLED is false", _cli.Output);

        _cli.Environment["SESSION_POOL_ENABLED"] = "true";
        await ExamineAsync();
        Assert.DoesNotContain("SESSION_POOL_ENABLED", _cli.Output);
    }

    [Fact]
    public async Task Wrong_settings_are_trouble()
    {
        _cli.Environment["SESSION_POOL_SIZE"] = "many";

        Assert.Equal(1, await ExamineAsync());

        Assert.Contains("trouble SESSION_POOL_SIZE is \"many\" (environment)", _cli.Output);
    }

    [Fact]
    public async Task A_whole_database_is_said_to_be_whole()
    {
        Database.Open(_cli.DataFolder).Dispose();

        Assert.Equal(0, await ExamineAsync());

        Assert.Contains($"ok      the database is whole (schema version {Migrations.All.Count})\n", _cli.Output);
    }

    [Fact]
    public async Task A_damaged_database_is_trouble()
    {
        Database.Open(_cli.DataFolder).Dispose();
        await File.WriteAllTextAsync(Path.Combine(_cli.DataFolder, Database.FileName), "this is no database at all, and long enough to show it", Cancellation);

        Assert.Equal(1, await ExamineAsync());

        Assert.Contains("is damaged or is not a database", _cli.Output);
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_trouble()
    {
        using (var database = Database.Open(_cli.DataFolder))
        {
            database.Write(connection => connection.Command("PRAGMA user_version = 999").ExecuteNonQuery());
        }

        Assert.Equal(1, await ExamineAsync());

        Assert.Contains("has schema version 999", _cli.Output);
    }

    [Fact]
    public async Task A_secret_that_others_can_read_is_a_warning()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("the rights of a file are those of Unix");
            return;
        }

        Assert.Equal(0, await _cli.RunAsync(Cancellation, "token", "create"));
        await ExamineAsync();
        Assert.Contains("ok      jwt.secret is its owner's alone\n", _cli.Output);

        var secret = Path.Combine(_cli.DataFolder, "jwt.secret");
        File.SetUnixFileMode(secret, File.GetUnixFileMode(secret) | UnixFileMode.OtherRead);
        Assert.Equal(0, await ExamineAsync());

        Assert.Contains($"warning {secret} can be read by others", _cli.Output);
    }

    [Fact]
    public async Task Another_program_on_the_port_is_trouble()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var answering = AnswerAsync(other);

        Assert.Equal(1, await _cli.RunAsync(Cancellation, "doctor", "--port", $"{port}"));

        Assert.Contains("something else than a gateway answers there (HTTP 404)", _cli.Output);
        await answering;
    }

    /// <summary>On a port where nothing listens: it was free a moment ago.</summary>
    private async Task<int> ExamineAsync()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        return await _cli.RunAsync(Cancellation, "doctor", "--port", $"{port}");
    }

    private static async Task AnswerAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(Cancellation);
        await using var stream = client.GetStream();
        await stream.ReadExactlyAsync(new byte[16], Cancellation);
        await stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), Cancellation);
    }
}
