using System.Buffers;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.DataPath.Relay.Modern.Tools;

/// <summary>What one answer to tools/list says about headers, and which of its tools a client of the revision may see.</summary>
internal sealed class ToolPage
{
    /// <summary>Of the tools that have any, by name.</summary>
    public Dictionary<string, IReadOnlyList<HeaderParameter>> Parameters { get; } = new(StringComparer.Ordinal);

    /// <summary>Tools to be left out, each with its fault.</summary>
    public List<(string Name, string Fault)> Refused { get; } = [];

    /// <summary>The array without them, raw; every other byte is the server's.</summary>
    public ReadOnlyMemory<byte> Valid { get; private set; }

    /// <param name="tools">A raw JSON array; anything else has no tools.</param>
    public static ToolPage Read(ReadOnlyMemory<byte> tools)
    {
        var page = new ToolPage { Valid = tools };
        var kept = new List<(Slice Tool, int After)>();
        if (tools.IsEmpty || tools.Span[0] != '[')
        {
            return page;
        }

        // Where the tool before ended: what lies between is a comma and white space.
        var (first, last) = (0, 1);
        foreach (var slice in Envelope.Messages(tools.Span))
        {
            first = first == 0 ? slice.Start : first;
            if (page.Take(slice.Of(tools.Span)))
            {
                kept.Add((slice, last));
            }

            last = slice.Start + slice.Length;
        }

        if (page.Refused.Count > 0)
        {
            page.Valid = Join(tools.Span, kept, first, last);
        }

        return page;
    }

    /// <returns>False when it has to be left out.</returns>
    private bool Take(ReadOnlySpan<byte> tool)
    {
        var rawName = JsonMembers.Find(tool, "name"u8);
        var name = !rawName.IsEmpty && rawName[0] == '"' ? JsonText.Decode(rawName) : "";
        var (parameters, fault) = SchemaHeaders.Of(JsonMembers.Find(tool, "inputSchema"u8));
        if (fault is not null)
        {
            Refused.Add((name, fault));
            return false;
        }

        if (parameters.Count > 0)
        {
            Parameters[name] = parameters;
        }

        return true;
    }

    private static ReadOnlyMemory<byte> Join(ReadOnlySpan<byte> tools, List<(Slice Tool, int After)> kept, int first, int last)
    {
        var output = new ArrayBufferWriter<byte>(tools.Length);
        output.Write(tools[..first]);
        for (var i = 0; i < kept.Count; i++)
        {
            var (tool, after) = kept[i];
            output.Write(tools[(i == 0 ? tool.Start : after)..(tool.Start + tool.Length)]);
        }

        output.Write(tools[last..]);
        return output.WrittenMemory;
    }
}
