using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.Json;

namespace EdgeGateway.ControlPlane.Problems;

/// <summary>An error answer of the REST API: RFC 9457. Never carries an exception's text or a secret.</summary>
internal sealed record Problem : IResult
{
    public required string Type { get; init; }

    public required string Title { get; init; }

    public required int Status { get; init; }

    public required string Detail { get; init; }

    /// <summary>What to do next, for this kind of problem; an extension member (RFC 9457, 3.2).</summary>
    public required string Remedy { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FieldError>? Errors { get; init; }

    /// <summary>Filled in when written.</summary>
    public string? TraceId { get; init; }

    public static Problem Of(ProblemType type, string detail) =>
        new() { Type = type.Uri, Title = type.Title, Status = type.Status, Detail = detail, Remedy = type.Remedy };

    public static Problem Of(ValidationErrors errors) => Of(ProblemTypes.Invalid, Summary(errors)) with { Errors = errors.All };

    /// <summary>One validation error.</summary>
    public static Problem Of(string pointer, string detail)
    {
        var errors = new ValidationErrors();
        errors.Add(pointer, detail);
        return Of(errors);
    }

    public static Problem ServerNotFound(string id) =>
        Of(ProblemTypes.ServerNotFound, $"no server has the id {(id.Length <= 64 ? id : id[..64] + "…")}");

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        if (HttpMethods.IsHead(httpContext.Request.Method))
        {
            return;
        }

        var whole = this with { TraceId = Activity.Current?.TraceId.ToString() ?? httpContext.TraceIdentifier };
        await response.Body.WriteAsync(
            JsonSerializer.SerializeToUtf8Bytes(whole, WireJson.Relaxed.Problem),
            httpContext.RequestAborted);
    }

    private static string Summary(ValidationErrors errors) =>
        errors.All.Count == 1 ? $"{errors.All[0].Pointer}: {errors.All[0].Detail}" : $"{errors.All.Count} values are not acceptable; see errors";
}
