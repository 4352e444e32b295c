using System.CommandLine;
using EdgeGateway.LoadTests.Reporting;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Cli;

/// <summary><c>report</c>: puts what lies in results into README.md, and renders it again.</summary>
internal static class ReportVerb
{
    public static Command Create()
    {
        var command = new Command("report", "Write the tables of loadtests/README.md from loadtests/results");
        command.SetAction(_ =>
        {
            var readme = Repository.At("loadtests", "README.md");
            var folder = Repository.At("loadtests", "results");
            var reports = ReportFiles.ReadAll(folder);
            foreach (var report in reports)
            {
                ReportFiles.Write(report, folder);
            }

            File.WriteAllText(readme, ReadmeTables.Rewrite(File.ReadAllText(readme), reports));
            Console.WriteLine($"loadtests/README.md: {reports.Count} reports");
        });
        return command;
    }
}
