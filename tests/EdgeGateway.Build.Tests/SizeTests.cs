namespace EdgeGateway.Build.Tests;

/// <summary>build.ps1 size: one file, and how big it may be.</summary>
public sealed class SizeTests : IDisposable
{
    private readonly ArtifactsFolder _artifacts = new();

    public void Dispose() => _artifacts.Dispose();

    [Fact]
    public void A_missing_binary_is_refused_and_the_sentence_says_how_to_make_it()
    {
        var ran = Size("linux-arm64");

        Assert.Contains(_artifacts.Binary("linux-arm64"), ran.Refusal, StringComparison.Ordinal);
        Assert.EndsWith("run: build.ps1 publish -Runtime linux-arm64", ran.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_file_is_refused()
    {
        Publish("linux-x64", megabytes: 1);
        File.WriteAllText(_artifacts.Binary("linux-x64") + ".dbg", "");

        var ran = Size("linux-x64");

        Assert.StartsWith("exactly one file may be published", ran.Refusal, StringComparison.Ordinal);
        Assert.Contains("2 file(s)", ran.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linux-x64", 21, null)]
    [InlineData("linux-x64", 22, "the binary for linux-x64 may be 21 MB at most")]
    [InlineData("linux-arm64", 22, "the binary for linux-arm64 may be 21 MB at most")]
    [InlineData("linux-x64-static", 28, null)]
    [InlineData("linux-x64-static", 29, "the binary for linux-x64-static may be 28 MB at most")]
    public void What_is_too_big_is_refused_and_the_size_is_printed_either_way(string runtime, int megabytes, string? refusal)
    {
        Publish(runtime, megabytes);

        var ran = Size(runtime);

        Assert.Equal(refusal, ran.Refusal);
        Assert.StartsWith($"{runtime}: {megabytes}.0 MB", ran.Output, StringComparison.Ordinal);
        Assert.Contains("18 wanted", ran.Output, StringComparison.Ordinal);
    }

    private BuildScript.Outcome Size(string runtime) => BuildScript.Run("size", ("Runtime", runtime), ("Artifacts", _artifacts.Path));

    /// <summary>Of that length, and a hole on the disk.</summary>
    private void Publish(string runtime, int megabytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_artifacts.Binary(runtime))!);
        using var binary = File.Create(_artifacts.Binary(runtime));
        binary.SetLength(megabytes * 1_000_000L);
    }
}
