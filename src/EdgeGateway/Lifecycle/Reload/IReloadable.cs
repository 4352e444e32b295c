using EdgeGateway.Configuration;

namespace EdgeGateway.Lifecycle.Reload;

/// <summary>A part that has to do something when settings change; who only looks at <see cref="LiveSettings"/> when it needs them is none.</summary>
internal interface IReloadable
{
    /// <summary>New settings are in force. Must not throw for what they say: they were found to be right.</summary>
    Task ReloadAsync();
}
