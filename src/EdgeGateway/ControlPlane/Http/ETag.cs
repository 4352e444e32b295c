using Microsoft.Net.Http.Headers;

namespace EdgeGateway.ControlPlane.Http;

/// <summary>
/// Optimistic concurrency (RFC 9110 section 13): a read carries the server's revision as a strong ETag, a change may carry it
/// back in <c>If-Match</c>.
/// </summary>
internal static class ETag
{
    public static void Write(HttpResponse response, long revision) => response.Headers.ETag = Of(revision);

    /// <summary>Whether the change may go ahead: no <c>If-Match</c>, <c>*</c>, or one that names this revision.</summary>
    public static bool Allows(HttpRequest request, long revision)
    {
        var given = request.Headers.IfMatch;
        if (given.Count == 0)
        {
            return true;
        }

        return EntityTagHeaderValue.TryParseList(given, out var tags)
            && tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || (!tag.IsWeak && tag.Tag.Equals(Of(revision), StringComparison.Ordinal)));
    }

    /// <summary>Whether the client has this representation already: <c>If-None-Match</c> names it, or is <c>*</c>.</summary>
    public static bool IsKnown(HttpRequest request, string etag) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var tags)
        && tags.Any(tag => tag.Tag == "*" || tag.Tag == etag);

    private static string Of(long revision) => $"\"{revision}\"";
}
