using System.Globalization;

namespace EdgeGateway.LoadTests.Rig;

/// <summary>What Linux says about a running process (proc(5)), without its children.</summary>
internal sealed record ProcessFigures(int ProcessId)
{
    /// <summary>/proc counts in hundredths of a second on every architecture here (USER_HZ).</summary>
    private const double TicksPerSecond = 100;

    /// <summary>Resident memory, shared pages included: what peers publish.</summary>
    public long ResidentBytes => Bytes("status", "VmRSS:");

    /// <summary>Resident memory, of shared pages its share.</summary>
    public long ProportionalBytes => Bytes("smaps_rollup", "Pss:");

    /// <summary>Memory that is this process's alone and was written: what more of something costs, without the program's own pages.</summary>
    public long PrivateDirtyBytes => Bytes("smaps_rollup", "Private_Dirty:");

    /// <summary>Time on a processor since it started, user and system.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            // The name, in parentheses, may hold spaces; utime and stime are the 12th and 13th field behind it.
            var stat = File.ReadAllText($"/proc/{ProcessId}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / TicksPerSecond);
        }
    }

    private long Bytes(string file, string name)
    {
        var line = File.ReadLines($"/proc/{ProcessId}/{file}").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return Number(line[name.Length..].Replace("kB", "", StringComparison.Ordinal)) * 1024;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
