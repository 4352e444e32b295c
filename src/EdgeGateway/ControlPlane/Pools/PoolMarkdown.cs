using static EdgeGateway.Configuration.MarkdownTable;

namespace EdgeGateway.ControlPlane.Pools;

/// <summary>The pool's fields and strategies for the README. A test compares the README with it.</summary>
internal static class PoolMarkdown
{
    public static string Fields() => Render(
        ["Field", "Default", "Range", "Global default", "Description"],
        PoolFields.All.Select(field => new[] { Code(field.Name), Plain(field.Default), Plain(field.Range), Code(field.Global), field.Help }));

    public static string Strategies() => Render(
        ["Strategy", "How it picks", "Use it for", "Pros", "Cons"],
        Pools.Strategies.Response.Strategies.Select(known => new[] { Code(known.Name), known.Description, known.UseCase, known.Pros, known.Cons }));
}
