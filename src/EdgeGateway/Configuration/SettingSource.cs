namespace EdgeGateway.Configuration;

/// <summary>Where an effective value came from; the first that has one wins.</summary>
internal enum SettingSource
{
    Flag,
    Environment,
    DotEnv,
    Default,
}

/// <summary>The value of one setting and where it came from.</summary>
/// <param name="Setting">The row.</param>
/// <param name="Text">As written; the default's text otherwise. Null when there is neither.</param>
/// <param name="Source">Its kind of origin.</param>
/// <param name="Origin">For messages: "--port", "environment", ".env line 4".</param>
internal sealed record EffectiveSetting(Setting Setting, string? Text, SettingSource Source, string Origin)
{
    /// <summary>The value for people's eyes: of a secret, that it is set and nothing else, not even its length.</summary>
    public string? Shown => Setting.Secret && Text is not null ? "********" : Text;

    /// <summary>The generated text would hold a secret.</summary>
    public override string ToString() => $"{Setting.Variable} ({Origin})";
}
