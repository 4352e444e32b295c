namespace EdgeGateway.Pooling.Benchmarks.Reporting;

/// <summary>Prints for a terminal, or as Markdown.</summary>
internal sealed class Report(TextWriter output, bool markdown)
{
    public void Print(string text)
    {
        output.WriteLine(text);
        output.WriteLine();
    }

    public void Print(Table table)
    {
        output.WriteLine(markdown ? $"**{table.Title}**\n" : table.Title);
        foreach (var line in table.Lines(markdown))
        {
            output.WriteLine(line);
        }

        output.WriteLine();
    }
}
