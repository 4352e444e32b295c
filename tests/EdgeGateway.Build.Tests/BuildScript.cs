using System.Management.Automation;
using System.Management.Automation.Runspaces;
using EdgeGateway.Tests.RealUpstreams;

namespace EdgeGateway.Build.Tests;

/// <summary>build.ps1, run in this process by PowerShell's engine without its cmdlets: no pwsh is needed.</summary>
internal static class BuildScript
{
    // The script writes to the console, of which a process has one.
    private static readonly Lock Turn = new();

    public static string Path { get; } = System.IO.Path.Combine(Repository.Root, "build.ps1");

    /// <summary>Runs a verb. What it throws, a refused parameter too, is the outcome's refusal.</summary>
    public static Outcome Run(string verb, params (string Name, object Value)[] parameters)
    {
        lock (Turn)
        {
            var console = Console.Out;
            using var written = new StringWriter();
            Console.SetOut(written);
            try
            {
                return new Outcome(Refusal(verb, parameters), written.ToString());
            }
            finally
            {
                Console.SetOut(console);
            }
        }
    }

    private static string? Refusal(string verb, (string Name, object Value)[] parameters)
    {
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        using var shell = PowerShell.Create(runspace);
        shell.AddCommand(Path).AddArgument(verb);
        foreach (var (name, value) in parameters)
        {
            shell.AddParameter(name, value);
        }

        try
        {
            shell.Invoke();
            return null;
        }
        catch (RuntimeException refused)
        {
            return refused.Message;
        }
    }

    /// <param name="Refusal">The sentence it ended with; null when it did what it was asked.</param>
    /// <param name="Output">What it wrote to the console.</param>
    internal sealed record Outcome(string? Refusal, string Output);
}
