using System.Text.RegularExpressions;
using EdgeGateway.Tests.RealUpstreams;
using Xunit;

namespace EdgeGateway.Tests.Architecture;

/// <summary>What holds for the files themselves.</summary>
public sealed partial class RepositoryTests
{
    private const int LinesMax = 400;

    private static readonly string[] Generated = ["bin", "obj", "artifacts", "node_modules", "TestResults"];

    [Fact]
    public void Every_relative_link_of_every_document_leads_somewhere()
    {
        var documents = Files(".md").ToList();
        var dead =
            from document in documents
            from Match link in Links.Matches(File.ReadAllText(document))
            let target = link.Groups["target"].Value
            where !target.Contains(':') && !Path.Exists(Path.Combine(Path.GetDirectoryName(document)!, target))
            select $"{Path.GetRelativePath(Repository.Root, document)} → {target}";

        Assert.Contains(Path.Combine(Repository.Root, "README.md"), documents);
        Assert.Empty(dead);
    }

    [Fact]
    public void No_source_file_is_longer_than_a_reader_can_hold()
    {
        var sources = Files(".cs", ".js", ".css", ".html", ".ps1").ToList();
        var tooLong =
            from source in sources
            let lines = File.ReadLines(source).Count()
            where lines > LinesMax
            select $"{Path.GetRelativePath(Repository.Root, source)} has {lines} lines, {LinesMax} are the limit: one idea per file";

        Assert.Contains(Path.Combine(Repository.Root, "src", "EdgeGateway", "Program.cs"), sources);
        Assert.Empty(tooLong);
    }

    /// <summary>A timer keeps the context it was made in for as long as it lives: the activity and the log scope of one client's request.</summary>
    [Fact]
    public void No_timer_keeps_the_context_of_whoever_made_it()
    {
        var timers =
            from source in Files(".cs").Where(IsProduct)
            let lines = File.ReadAllLines(source)
            from number in Enumerable.Range(0, lines.Length)
            where lines[number].Contains(".CreateTimer(", StringComparison.Ordinal) || lines[number].Contains("new Timer(", StringComparison.Ordinal)
            let isApart = lines[Math.Max(0, number - 3)..number].Any(line => line.Contains("ExecutionContext.SuppressFlow()", StringComparison.Ordinal))
            select (Where: $"{Path.GetRelativePath(Repository.Root, source)}:{number + 1}", isApart);

        Assert.NotEmpty(timers);
        Assert.Empty(timers.Where(timer => !timer.isApart).Select(timer => timer.Where));
    }

    private static bool IsProduct(string file) => file.StartsWith(Path.Combine(Repository.Root, "src") + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static IEnumerable<string> Files(params string[] endings) => Below(new DirectoryInfo(Repository.Root), endings);

    private static IEnumerable<string> Below(DirectoryInfo folder, string[] endings) => folder.EnumerateFiles()
        .Where(file => endings.Contains(file.Extension))
        .Select(file => file.FullName)
        .Concat(folder.EnumerateDirectories()
            .Where(inner => inner.Name[0] != '.' && !Generated.Contains(inner.Name))
            .SelectMany(inner => Below(inner, endings)));

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)(#[^)\s]*)?\)")]
    private static partial Regex Links { get; }
}
