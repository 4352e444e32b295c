using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace EdgeGateway.Pooling.Tests.Scheduling;

/// <summary>What happened in a schedule, step by step. Where each step was is looked up only when it is to be shown: that costs a stack walk.</summary>
internal sealed class Trace(bool isShown)
{
    private const int LongestShown = 600;
    private readonly List<(Strand? Strand, string Text)> _steps = [];

    public bool IsShown { get; } = isShown;

    public int Steps { get; private set; }

    public void Step(Strand strand)
    {
        Steps++;
        if (IsShown)
        {
            _steps.Add((strand, Place()));
        }
    }

    /// <summary>What a strand has achieved, between its steps.</summary>
    public void Note(Strand? strand, string text)
    {
        if (IsShown)
        {
            _steps.Add((strand, $"[{text}]"));
        }
    }

    /// <summary>A line for each stretch of steps of one strand.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Strand? last = null;
        if (_steps.Count > LongestShown)
        {
            text.Append(CultureInfo.InvariantCulture, $"… {_steps.Count - LongestShown} steps before");
        }

        foreach (var (strand, step) in _steps.TakeLast(LongestShown))
        {
            text.Append(strand != last || text.Length == 0 ? $"\n{strand,-14} " : " · ").Append(step);
            last = strand;
        }

        return text.ToString();
    }

    /// <summary>The method of the engine that is about to touch something shared, and who called it.</summary>
    private static string Place()
    {
        var frames = new StackTrace(1, fNeedFileInfo: false).GetFrames()
            .Select(frame => frame.GetMethod())
            .Where(method => method?.DeclaringType is { } type && type.Namespace != typeof(Trace).Namespace && type != typeof(Interleaving) && IsEngine(type))
            .Take(3)
            .Select(method => $"{NameOf(method!.DeclaringType!)}.{method.Name}");
        return string.Join(" < ", frames.DefaultIfEmpty("a request runs"));
    }

    private static bool IsEngine(Type type) => type.Namespace is { } space && space.StartsWith("EdgeGateway.Pooling", StringComparison.Ordinal) && !type.Name.Contains('<', StringComparison.Ordinal);

    private static string NameOf(Type type) => type.Name.Split('`')[0];
}
