using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ModelContextProtocol;

namespace EdgeGateway.Tests.Upstreams;

/// <summary>What a scenario saw, as text, so that "through the gateway equals direct" is one comparison.</summary>
internal sealed partial class Transcript
{
    private readonly StringBuilder _text = new();

    /// <summary>Adds a line: what it is, and the value as JSON of the SDK's own model.</summary>
    public Transcript Add(string what, object? value)
    {
        var json = value as string ?? JsonSerializer.Serialize(value, McpJsonUtilities.DefaultOptions);
        _text.Append(what).Append(": ").AppendLine(Erase(json));
        return this;
    }

    public override string ToString() => _text.ToString();

    /// <summary>Session ids and times of day differ from run to run whoever is asked.</summary>
    private static string Erase(string text) => TimeOfDay().Replace(SessionId().Replace(text, "<id>"), "<time>");

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}")]
    private static partial Regex SessionId();

    [GeneratedRegex(@"\d{1,2}:\d{2}:\d{2} [AP]M")]
    private static partial Regex TimeOfDay();
}
