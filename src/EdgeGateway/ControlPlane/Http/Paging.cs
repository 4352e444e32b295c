using System.Globalization;

namespace EdgeGateway.ControlPlane.Http;

/// <summary>Pages of a list that is ordered by a unique key: the cursor is the last key seen, so it survives deletions.</summary>
internal static class Paging
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 500;

    /// <summary>The limit asked for, or the default; notes an error where it is no limit.</summary>
    public static int Limit(string? text, ValidationErrors errors)
    {
        if (text is null)
        {
            return DefaultLimit;
        }

        if (int.TryParse(text, out var limit) && limit is >= 1 and <= MaxLimit)
        {
            return limit;
        }

        errors.Add("/limit", $"must be a whole number from 1 to {MaxLimit}");
        return DefaultLimit;
    }

    /// <summary>The cursor of a list that is ordered by number; null begins, notes an error where it is none.</summary>
    public static long? Number(string? after, ValidationErrors errors)
    {
        long number = 0;
        if (after is not null && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            errors.Add("/after", "must be the next of a page before");
        }

        return after is null ? null : number;
    }

    /// <summary>The page after <paramref name="after"/>, and the cursor of the next one or null at the end.</summary>
    public static (IReadOnlyList<T> Page, string? Next) Take<T>(IEnumerable<T> ordered, Func<T, string> key, string? after, int limit)
    {
        var page = ordered.SkipWhile(item => after is not null && string.CompareOrdinal(key(item), after) <= 0).Take(limit + 1).ToList();
        if (page.Count <= limit)
        {
            return (page, null);
        }

        page.RemoveAt(limit);
        return (page, key(page[^1]));
    }
}
