using System.Buffers;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.DataPath.Relay.Modern.Watching;

/// <summary>What a client listens for (2026-07-28, Subscriptions, Notification Filter).</summary>
/// <param name="Tools"><c>toolsListChanged</c></param>
/// <param name="Prompts"><c>promptsListChanged</c></param>
/// <param name="Resources"><c>resourcesListChanged</c></param>
/// <param name="Uris">The raw JSON strings of <c>resourceSubscriptions</c>.</param>
internal sealed record NotificationFilter(bool Tools, bool Prompts, bool Resources, IReadOnlyList<ReadOnlyMemory<byte>> Uris)
{
    /// <summary>A client that watches more watches everything.</summary>
    private const int MostUris = 256;

    /// <summary>What is asked for, as far as the server can tell it.</summary>
    /// <param name="notifications">The raw filter; empty for none.</param>
    /// <param name="capabilities">The server's, raw.</param>
    public static NotificationFilter Agree(ReadOnlySpan<byte> notifications, ReadOnlySpan<byte> capabilities) => new(
        IsTrue(notifications, "toolsListChanged"u8) && Offers(capabilities, "tools"u8, "listChanged"u8),
        IsTrue(notifications, "promptsListChanged"u8) && Offers(capabilities, "prompts"u8, "listChanged"u8),
        IsTrue(notifications, "resourcesListChanged"u8) && Offers(capabilities, "resources"u8, "listChanged"u8),
        Offers(capabilities, "resources"u8, "subscribe"u8) ? ReadUris(JsonMembers.Find(notifications, "resourceSubscriptions"u8)) : []);

    /// <summary>Whether a notification of the server is one of these.</summary>
    public bool Wants(ReadOnlySpan<byte> message, in Envelope envelope) => envelope.Method switch
    {
        McpMethod.ToolsListChanged => Tools,
        McpMethod.PromptsListChanged => Prompts,
        McpMethod.ResourcesListChanged => Resources,
        McpMethod.ResourcesUpdated => WantsUri(JsonMembers.Find(envelope.Params.Of(message), "uri"u8)),
        _ => false,
    };

    /// <summary>The filter as the acknowledgement tells it.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        output.Write("{"u8);
        var separator = ""u8;
        Flag(output, ref separator, Tools, "\"toolsListChanged\":true"u8);
        Flag(output, ref separator, Prompts, "\"promptsListChanged\":true"u8);
        Flag(output, ref separator, Resources, "\"resourcesListChanged\":true"u8);
        if (Uris.Count > 0)
        {
            output.Write(separator);
            output.Write("\"resourceSubscriptions\":["u8);
            for (var i = 0; i < Uris.Count; i++)
            {
                output.Write(i > 0 ? ","u8 : default);
                output.Write(Uris[i].Span);
            }

            output.Write("]"u8);
        }

        output.Write("}"u8);
    }

    private bool WantsUri(ReadOnlySpan<byte> raw)
    {
        foreach (var uri in Uris)
        {
            if (raw.Length > 1 && raw[0] == '"' && JsonText.Decode(raw) == JsonText.Decode(uri.Span))
            {
                return true;
            }
        }

        return false;
    }

    private static void Flag(IBufferWriter<byte> output, ref ReadOnlySpan<byte> separator, bool isSet, ReadOnlySpan<byte> member)
    {
        if (isSet)
        {
            output.Write(separator);
            output.Write(member);
            separator = ","u8;
        }
    }

    private static bool IsTrue(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name) => JsonMembers.Find(json, name).SequenceEqual("true"u8);

    private static bool Offers(ReadOnlySpan<byte> capabilities, ReadOnlySpan<byte> of, ReadOnlySpan<byte> what) =>
        JsonMembers.Locate(capabilities, of).Exists && IsTrue(JsonMembers.Find(capabilities, of), what);

    private static List<ReadOnlyMemory<byte>> ReadUris(ReadOnlySpan<byte> raw)
    {
        var uris = new List<ReadOnlyMemory<byte>>();
        if (raw.IsEmpty || raw[0] != '[')
        {
            return uris;
        }

        foreach (var slice in Envelope.Messages(raw))
        {
            if (uris.Count < MostUris && slice.Of(raw)[0] == '"')
            {
                uris.Add(slice.Of(raw).ToArray());
            }
        }

        return uris;
    }
}
