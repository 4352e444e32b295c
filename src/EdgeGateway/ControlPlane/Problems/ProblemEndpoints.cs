using EdgeGateway.ControlPlane.Http;
using EdgeGateway.Json;

namespace EdgeGateway.ControlPlane.Problems;

/// <summary><c>GET /problems/{slug}</c>: what an error type means and how to mend it. Open to everybody.</summary>
internal static class ProblemEndpoints
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/problems/{slug}", Answering.With(Explain)).AllowAnonymous();

    private static IResult Explain(HttpContext context)
    {
        var slug = context.RouteValue("slug");
        var type = ProblemTypes.All.FirstOrDefault(candidate => candidate.Slug == slug);
        return type is null
            ? Problem.Of(ProblemTypes.NotFound, $"no problem type has this name; there are {string.Join(", ", ProblemTypes.All.Select(known => known.Slug))}")
            : TypedResults.Json(
                new ProblemExplanation(type.Uri, type.Title, type.Status, type.Meaning, type.Remedy),
                WireJson.Relaxed.ProblemExplanation);
    }
}

internal sealed record ProblemExplanation(string Type, string Title, int Status, string Meaning, string Remedy);
