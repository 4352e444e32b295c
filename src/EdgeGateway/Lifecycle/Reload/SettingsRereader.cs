using EdgeGateway.Configuration;

namespace EdgeGateway.Lifecycle.Reload;

/// <summary>Reads the settings again from where they came from: the same flags and environment, the .env file as it is now.</summary>
/// <param name="read">Null where there is nothing to read again, as in the demo.</param>
internal sealed class SettingsRereader(Func<SettingsReport?>? read)
{
    /// <summary>Null: nothing can have changed.</summary>
    public SettingsReport? Read() => read?.Invoke();
}
