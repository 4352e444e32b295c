namespace EdgeGateway.Cli.Diagnosis;

/// <summary>One thing the doctor looked at.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Text">What was found.</param>
/// <param name="Advice">What to do about it; null when there is nothing to do.</param>
internal sealed record Finding(Severity Severity, string Text, string? Advice = null)
{
    public static Finding Good(string text) => new(Severity.Good, text);

    public static Finding Note(string text, string? advice = null) => new(Severity.Note, text, advice);

    public static Finding Warning(string text, string advice) => new(Severity.Warning, text, advice);

    public static Finding Trouble(string text, string advice) => new(Severity.Trouble, text, advice);
}

internal enum Severity
{
    Good,
    Note,
    Warning,

    /// <summary>The gateway does not run like this, or does not do what it was set to do.</summary>
    Trouble,
}
