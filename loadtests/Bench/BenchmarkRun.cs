using EdgeGateway.LoadTests.Engine;
using EdgeGateway.LoadTests.Reporting;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Bench;

/// <summary>What a benchmark works with while it runs.</summary>
internal sealed class BenchmarkRun(BenchmarkSettings settings, ILoadEngine engine, Stage stage, Action<string> progress, CancellationToken cancellationToken)
{
    private readonly List<Section> _sections = [];

    public BenchmarkSettings Settings => settings;

    /// <summary>Starts programs, and ends them when the benchmark has ended.</summary>
    public Stage Stage => stage;

    /// <summary>For work that is no comparison of arms.</summary>
    public ILoadEngine Engine => engine;

    public CancellationToken CancellationToken => cancellationToken;

    public IReadOnlyList<Section> Sections => _sections;

    /// <summary>Runs the arms against each other and adds a section: a line for each arm, a finding for each target.</summary>
    /// <param name="title">Of the section.</param>
    /// <param name="arms">Those that are not on this machine included.</param>
    /// <param name="targets">What is held against what.</param>
    /// <param name="notes">Sentences below the table, made when the rounds are over.</param>
    public async Task<Standings> CompareAsync(
        string title, IReadOnlyList<Arm> arms, IReadOnlyList<Target> targets, Func<Standings, IEnumerable<string>>? notes = null)
    {
        var standings = await Rounds.RunAsync(title, arms, settings.Rounds, engine, progress, cancellationToken);
        Add(SectionOf.Standings(standings, targets, notes?.Invoke(standings) ?? []));
        return standings;
    }

    public void Add(Section section) => _sections.Add(section);

    /// <summary>Starts a proxy, or says why it does not run.</summary>
    public static async Task<MaybeTarget> TargetAsync(Func<Task<RawProxy>> start)
    {
        try
        {
            return new MaybeTarget((await start()).Target, null);
        }
        catch (NotRunException missing)
        {
            return new MaybeTarget(null, missing.Message);
        }
    }
}
