namespace EdgeGateway.ControlPlane.Problems;

/// <summary>One kind of problem the REST API answers with.</summary>
/// <param name="Slug">The last part of <c>type</c>: <c>/problems/{slug}</c>.</param>
/// <param name="Status">Its HTTP status.</param>
/// <param name="Title">A few words that never change.</param>
/// <param name="Meaning">What happened.</param>
/// <param name="Remedy">What to do next.</param>
internal sealed record ProblemType(string Slug, int Status, string Title, string Meaning, string Remedy)
{
    public string Uri => "/problems/" + Slug;
}
