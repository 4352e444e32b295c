namespace EdgeGateway.TestUpstreams.Tools;

/// <summary>Every tool there is, in the order they are listed.</summary>
internal static class ToolTable
{
    public static IReadOnlyList<Tool> All { get; } =
        [.. PlainTools.All, .. StateTools.All, .. SlowTools.All, .. AskTools.All, .. NoticeTools.All];

    public static IEnumerable<Tool> For(UpstreamKind kind) => All.Where(tool => kind == UpstreamKind.Stateful || !tool.NeedsSession);

    public static Tool? Find(UpstreamKind kind, string? name) => For(kind).FirstOrDefault(tool => tool.Name == name);
}
