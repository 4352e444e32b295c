using static EdgeGateway.Configuration.MarkdownTable;

namespace EdgeGateway.Configuration;

/// <summary>The option table for the README: the setup guide's own settings first. A test compares the README with it.</summary>
internal static class SettingsMarkdown
{
    public static string Render() =>
        $"""
        Pools, as in the setup guide:

        {Table(setting => setting.Group == SettingGroup.Pools)}
        All others:

        {Table(setting => setting.Group != SettingGroup.Pools)}
        """;

    private static string Table(Func<Setting, bool> which) => MarkdownTable.Render(
        ["Setting", "Default", "Range", "Description"],
        SettingsTable.All.Where(which).Select(setting => new[] { Code(setting.Variable), Code(setting.Default), Plain(setting.Range), setting.Help }));
}
