using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.Json;

namespace EdgeGateway.ControlPlane.Audit;

/// <summary>
/// Two versions of a server for the audit trail, in the form of its export, which has no secrets: all of it where a server comes or goes, else
/// the members that differ. A secret that differs shows as <c>"secrets_changed": true</c>.
/// </summary>
internal sealed class ServerComparison
{
    private const string SecretsChanged = "secrets_changed";

    /// <summary>A certificate bundle has up to 256 KB; ten thousand entries with two of them each would fill an edge host's disk.</summary>
    private const int LongestMember = 2048;

    private readonly bool _isChange;

    public ServerComparison(ServerDefinition? before, ServerDefinition? after)
    {
        Before = before is null ? null : Export(before);
        After = after is null ? null : Export(after);
        if (before is not null && after is not null)
        {
            _isChange = true;
            KeepDifferences(Before!, After!);
            if (HaveOtherSecrets(before, after))
            {
                After![SecretsChanged] = true;
            }
        }

        Shorten(Before);
        Shorten(After);
    }

    public JsonObject? Before { get; }

    public JsonObject? After { get; }

    public bool IsNothing => _isChange && After!.Count == 0;

    /// <summary>One of <see cref="AuditActions"/>, by what differs.</summary>
    public string Action =>
        Before is null ? AuditActions.ServerCreate
        : After is null ? AuditActions.ServerDelete
        : After.Count > 1 ? AuditActions.ServerUpdate
        : After.ContainsKey("pool") ? AuditActions.PoolConfigure
        : After.TryGetPropertyValue("enabled", out var enabled) ? (bool)enabled! ? AuditActions.ServerActivate : AuditActions.ServerDeactivate
        : AuditActions.ServerUpdate;

    private static JsonObject Export(ServerDefinition server) =>
        (JsonObject)JsonSerializer.SerializeToNode(ServerExport.From(server), WireJson.Relaxed.ServerExport)!;

    private static void KeepDifferences(JsonObject before, JsonObject after)
    {
        foreach (var name in before.Select(member => member.Key).Union(after.Select(member => member.Key)).ToList())
        {
            if (JsonNode.DeepEquals(before[name], after[name]))
            {
                before.Remove(name);
                after.Remove(name);
            }
            else
            {
                // A member that one of them lacks is null there, so that both name the same.
                before[name] ??= null;
                after[name] ??= null;
            }
        }
    }

    private static bool HaveOtherSecrets(ServerDefinition before, ServerDefinition after) =>
        before.SecretsUnreadable != after.SecretsUnreadable
        || !before.Auth.Headers.SequenceEqual(after.Auth.Headers)
        || !before.Env.OrderBy(variable => variable.Key, StringComparer.Ordinal).SequenceEqual(after.Env.OrderBy(variable => variable.Key, StringComparer.Ordinal));

    private static void Shorten(JsonObject? document)
    {
        foreach (var (name, value) in document?.ToList() ?? [])
        {
            if (value?.ToJsonString() is { Length: > LongestMember } text)
            {
                var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
                document![name] = $"({text.Length} characters of JSON, SHA-256 {hash}…)";
            }
        }
    }
}
