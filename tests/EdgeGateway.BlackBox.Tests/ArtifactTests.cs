using System.Diagnostics;
using System.Globalization;
using EdgeGateway.BlackBox.Tests.Harness;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>What is shipped: one file, small, quick to answer.</summary>
[Collection(Alone)]
public sealed class ArtifactTests
{
    /// <summary>What is measured runs when nothing else does.</summary>
    public const string Alone = "alone";

    /// <summary>What is promised; 18 is what is wanted, and the figure says how far it is.</summary>
    private const double MegabyteLimit = 21.0;
    private const double FirstAnswerLimit = 100;
    private const double ResidentMegabyteLimit = 40;
    private const int Starts = 9;

    [Fact]
    public void One_file_is_published_and_it_is_small()
    {
        var binary = new FileInfo(PublishedBinary.Path);
        var megabytes = binary.Length / 1e6;
        Figures.Write("size of the binary", string.Create(CultureInfo.InvariantCulture, $"{megabytes:F1} MB"));

        Assert.Equal([binary.Name], binary.Directory!.EnumerateFileSystemInfos().Select(file => file.Name));
        Assert.InRange(megabytes, 1, MegabyteLimit);
    }

    /// <summary>They gate only where EDGE_GATEWAY_GATE_TIMES=1 says that the machine is fit for it.</summary>
    [Fact(Timeout = 120_000)]
    public async Task The_first_answer_comes_within_100_ms_of_the_start_and_needs_at_most_40_MB()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var workspace = new Workspace { Launch = Launch.Plain };
        var times = new List<double>();
        var megabytes = 0.0;
        for (var i = 0; i < Starts; i++)
        {
            (var time, megabytes) = await FirstAnswerAsync(workspace, cancelled);
            times.Add(time);
        }

        Figures.Write("resident memory after the first answer", string.Create(CultureInfo.InvariantCulture, $"{megabytes:F1} MB"));

        var median = times.Order().ElementAt(Starts / 2);
        Figures.Write(
            "first answer after start",
            string.Create(CultureInfo.InvariantCulture, $"{median:F0} ms (median of {Starts}: {string.Join(", ", times.Select(time => $"{time:F0}"))})"));
        if (Environment.GetEnvironmentVariable("EDGE_GATEWAY_GATE_TIMES") == "1")
        {
            Assert.InRange(median, 0, FirstAnswerLimit);
            Assert.InRange(megabytes, 1, ResidentMegabyteLimit);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task The_version_is_printed_for_people_and_for_programs()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var workspace = new Workspace();

        var (exitCode, output, _) = await GatewayProcess.RunAsync(workspace, ["version"], cancelled);
        var (jsonExitCode, json, _) = await GatewayProcess.RunAsync(workspace, ["version", "--json"], cancelled);
        using var document = System.Text.Json.JsonDocument.Parse(json);

        Assert.Equal((0, 0), (exitCode, jsonExitCode));
        Assert.Contains(document.RootElement.GetProperty("version").GetString()!, output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(workspace.Data), "asking for the version must not create a data folder");
    }

    /// <summary>From the start of the process to the first 200 of /health, asked over and over on a fixed port.</summary>
    private static async Task<(double Milliseconds, double Megabytes)> FirstAnswerAsync(Workspace workspace, CancellationToken cancelled)
    {
        var port = FreePort();
        using var http = new HttpClient();
        var health = new Uri($"http://127.0.0.1:{port}/health");
        var started = Stopwatch.GetTimestamp();
        await using var gateway = GatewayProcess.Start(workspace, ["--port", port.ToString(CultureInfo.InvariantCulture)]);

        // Often enough to measure, seldom enough to leave the processor to the gateway.
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!await AnswersAsync(http, health, cancelled))
        {
            await pause.WaitForNextTickAsync(cancelled);
        }

        return (Stopwatch.GetElapsedTime(started).TotalMilliseconds, ResidentMemory(gateway.Id));
    }

    private static async Task<bool> AnswersAsync(HttpClient http, Uri health, CancellationToken cancelled)
    {
        try
        {
            using var answer = await http.GetAsync(health, cancelled);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static double ResidentMemory(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return int.Parse(line["VmRSS:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}

/// <summary>Runs after the tests that run in parallel, one test at a time.</summary>
[CollectionDefinition(ArtifactTests.Alone, DisableParallelization = true)]
public sealed class AloneCollection;
