using EdgeGateway.Pooling.Benchmarks;
using EdgeGateway.Pooling.Benchmarks.Candidates;
using EdgeGateway.Pooling.Benchmarks.Measuring;
using EdgeGateway.Pooling.Benchmarks.Reporting;

if (!Settings.TryParse(args, out var settings))
{
    Console.Error.WriteLine(Settings.Usage);
    return 2;
}

// Nothing is awaited here: the measuring thread stays the main one, and the thread pool belongs to the workers of the hand-off.
var effort = settings.Quick ? Effort.Quick : Effort.Full;
var alone = Measure("One thread", Field.OfLeases(threads: 1), effort.OperationsMin);
var together = Measure("Two threads at once", Field.OfLeases(threads: 2), effort.OperationsMin);
Standings[] handOffs =
[
    Measure("Hand-off, 2 workers for 1 session", Field.OfHandOffs(workers: 2, canLeave: false), effort.HandOffsMin),
    Measure("Hand-off, 8 workers for 1 session", Field.OfHandOffs(workers: 8, canLeave: false), effort.HandOffsMin),
    Measure("Hand-off, 8 workers that could be cancelled", Field.OfHandOffs(workers: 8, canLeave: true), effort.HandOffsMin),
];

var report = new Report(Console.Out, settings.Markdown);
report.Print(Machine.Describe());
report.Print(Tables.Of(alone, Targets.LeaseAnchors));
report.Print(Tables.Of(together, Targets.LeaseAnchors));
foreach (var handOff in handOffs)
{
    report.Print(Tables.Of(handOff, Targets.HandOffAnchors));
}

Verdict[] verdicts =
[
    Verdict.On(alone, Targets.Lease, gates: true, allocates: false),
    Verdict.On(together, Targets.Lease, gates: false, allocates: false),
    Verdict.On(handOffs[0], Targets.HandOff, gates: false, allocates: true),
    Verdict.On(handOffs[1], Targets.HandOff, gates: true, allocates: true),
];
foreach (var verdict in verdicts)
{
    report.Print(verdict.ToTable());
}

return settings.Gate ? Gate.Decide(verdicts) : 0;

Standings Measure(string title, Field field, int operationsMin)
{
    using (field)
    {
        return Rounds.Run(title, field.Rows, effort, operationsMin);
    }
}
