using System.Globalization;
using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace EdgeGateway.Build.Tests;

/// <summary>build.ps1 runs wherever PowerShell's language does.</summary>
public sealed partial class ScriptTests
{
    /// <summary>What exists without PowerShell's own modules; everything else is .NET or a tool started through Invoke-Tool.</summary>
    private static readonly string[] Cmdlets = ["ForEach-Object", "Out-Null"];

    private static readonly string[] Tools = ["dotnet", "getconf", "tar"];

    [Fact]
    public void It_parses()
    {
        Parser.ParseFile(BuildScript.Path, out _, out var errors);

        Assert.Empty(errors.Select(error => $"line {error.Extent.StartLineNumber}: {error.Message}"));
    }

    [Fact]
    public void It_calls_nothing_but_its_own_functions_two_cmdlets_and_the_tools()
    {
        var script = Parser.ParseFile(BuildScript.Path, out _, out _);
        var own = script.FindAll(node => node is FunctionDefinitionAst, true).Cast<FunctionDefinitionAst>().Select(function => function.Name);
        var commands = script.FindAll(node => node is CommandAst, true).Cast<CommandAst>().ToList();
        var named = commands.Select(command => command.GetCommandName()).OfType<string>().Distinct().ToList();
        var tools = commands
            .Where(command => command.GetCommandName() == "Invoke-Tool")
            .Select(command => Assert.IsType<StringConstantExpressionAst>(command.CommandElements[1]).Value)
            .Distinct();

        Assert.Contains("Publish", named);
        Assert.Empty(named.Except([.. own, .. Cmdlets]));
        Assert.Equal(Tools, tools.Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Ui_reports_each_file_and_the_total()
    {
        var ran = await Task.Run(() => BuildScript.Run("ui"), TestContext.Current.CancellationToken);

        Assert.Null(ran.Refusal);
        var files = CompressedFile().Matches(ran.Output).Sum(match => int.Parse(match.Groups["bytes"].Value, CultureInfo.InvariantCulture));
        var total = int.Parse(Total().Match(ran.Output).Groups["bytes"].Value, CultureInfo.InvariantCulture);
        Assert.Contains("index.html", ran.Output, StringComparison.Ordinal);
        Assert.Equal(files, total);
        Assert.InRange(total, 10_000, 45_000);
    }

    [Theory]
    [InlineData("deploy", "linux-x64", "verify")]
    [InlineData("size", "windows", "linux-x64-static")]
    public void What_it_does_not_know_is_refused_with_what_it_does(string verb, string runtime, string named)
    {
        var ran = BuildScript.Run(verb, ("Runtime", runtime));

        Assert.NotNull(ran.Refusal);
        Assert.Contains(named, ran.Refusal, StringComparison.Ordinal);
        Assert.Empty(ran.Output);
    }

    [GeneratedRegex(@", +(?<bytes>\d+) compressed")]
    private static partial Regex CompressedFile();

    [GeneratedRegex(@"^(?<bytes>\d+) bytes compressed in all", RegexOptions.Multiline)]
    private static partial Regex Total();
}
