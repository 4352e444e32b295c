using System.Buffers;
using System.Globalization;
using System.Text;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.DataPath.Relay.Modern;

/// <summary>Error −32042 of revision 2025-11-25: a person has to visit an address first. For a modern client that is input it is asked for.</summary>
internal static class UrlElicitation
{
    /// <summary>The result that asks for it; null when the response is anything else.</summary>
    public static ReadOnlyMemory<byte>? Find(ReadOnlyMemory<byte> message, in Envelope envelope)
    {
        var error = envelope.Error.Of(message.Span);
        if (error.IsEmpty || !JsonMembers.Find(error, "code"u8).SequenceEqual("-32042"u8))
        {
            return null;
        }

        var asked = JsonMembers.Find(JsonMembers.Find(error, "data"u8), "elicitations"u8);
        if (asked.IsEmpty || asked[0] != '[')
        {
            return null;
        }

        var output = new ArrayBufferWriter<byte>(asked.Length + 128);
        output.Write("{\"resultType\":\"input_required\",\"inputRequests\":{"u8);
        var number = 0;
        foreach (var one in Envelope.Messages(asked))
        {
            output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(number++ > 0 ? "," : "")}\"url_{number}\":")));
            output.Write("{\"method\":\"elicitation/create\",\"params\":"u8);
            output.Write(one.Of(asked));
            output.Write("}"u8);
        }

        output.Write("}}"u8);
        return output.WrittenMemory;
    }

    public static bool IsDeclared(ReadOnlyMemory<byte> capabilities) =>
        JsonMembers.Locate(JsonMembers.Find(capabilities.Span, "elicitation"u8), "url"u8).Exists;
}
