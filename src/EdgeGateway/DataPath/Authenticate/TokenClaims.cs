using System.Text.Json;

namespace EdgeGateway.DataPath.Authenticate;

/// <summary>What the payload of a token whose signature is good says, in our shape or ContextForge's (api.md, Tokens).</summary>
internal sealed record TokenClaims
{
    private const string Hint = "Create a new one: edge-gateway token create";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public string? Name { get; private init; }

    public string? TokenId { get; private init; }

    public DateTimeOffset? Expires { get; private init; }

    public DateTimeOffset? NotBefore { get; private init; }

    public Permissions Permissions { get; private init; }

    public string? ServerId { get; private init; }

    /// <param name="payload">JSON.</param>
    /// <param name="error">For the caller, when it cannot be read.</param>
    public static TokenClaims? Read(ReadOnlyMemory<byte> payload, out string? error)
    {
        try
        {
            using var document = JsonDocument.Parse(payload, Strict);
            return Read(document.RootElement, out error);
        }
        catch (JsonException)
        {
            error = $"The token's payload is not a JSON object with distinct members. {Hint}";
            return null;
        }
    }

    private static TokenClaims? Read(JsonElement root, out string? error)
    {
        var user = Object(root, "user");
        var scopes = default(JsonElement);
        if (root.TryGetProperty("scopes", out var member) && member.ValueKind != JsonValueKind.Null)
        {
            scopes = member;
        }
        error = ScopesProblem(scopes);
        if (error is not null)
        {
            return null;
        }
        return new TokenClaims
        {
            Name = Text(root, "sub") ?? Text(user, "email") ?? Text(root, "email") ?? Text(root, "username"),
            TokenId = Text(root, "jti"),
            Expires = Time(root, "exp"),
            NotBefore = Time(root, "nbf"),
            ServerId = Text(scopes, "server_id"),
            Permissions = PermissionsOf(root, scopes, isAdmin: True(root, "is_admin") || True(user, "is_admin")),
        };
    }

    /// <summary>A narrowing that is not understood is never ignored: that would widen the token.</summary>
    private static string? ScopesProblem(JsonElement scopes)
    {
        if (scopes.ValueKind == JsonValueKind.Undefined)
        {
            return null;
        }
        if (scopes.ValueKind != JsonValueKind.Object)
        {
            return $"The token's scopes claim is not an object. {Hint}";
        }
        if (scopes.TryGetProperty("server_id", out var server) && server.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
        {
            return $"The token's scopes.server_id is not a string. {Hint}";
        }
        if (scopes.TryGetProperty("permissions", out var permissions) && permissions.ValueKind != JsonValueKind.Null
            && (permissions.ValueKind != JsonValueKind.Array || permissions.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String)))
        {
            return $"The token's scopes.permissions is not a list of names. {Hint}";
        }
        return IsSet(scopes, "ip_restrictions") || IsSet(scopes, "time_restrictions")
            ? "The token is restricted by address or time of day, which this gateway cannot check. Use one without ip_restrictions and time_restrictions."
            : null;
    }

    private static Permissions PermissionsOf(JsonElement root, JsonElement scopes, bool isAdmin)
    {
        var everything = isAdmin ? Permissions.Admin : PermissionNames.Default;
        string[] names = [];
        if (scopes.ValueKind == JsonValueKind.Object && scopes.TryGetProperty("permissions", out var list) && list.ValueKind == JsonValueKind.Array)
        {
            names = [.. list.EnumerateArray().Select(item => item.GetString()!)];
        }
        if (names.Length == 0)
        {
            names = Text(root, "scope")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        }
        if (names.Length == 0 || names.Contains(PermissionNames.Wildcard))
        {
            return everything;
        }
        return names.Aggregate(Permissions.None, (sum, name) => sum | PermissionNames.Parse(name));
    }

    private static JsonElement Object(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : default;

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static bool True(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static bool IsSet(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind switch
        {
            JsonValueKind.Null => false,
            JsonValueKind.Array => value.GetArrayLength() > 0,
            JsonValueKind.Object => value.EnumerateObject().Any(),
            _ => true,
        };

    /// <summary>NumericDate: seconds since 1970, possibly with a fraction (RFC 7519, 2).</summary>
    private static DateTimeOffset? Time(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds))
        {
            return null;
        }
        // Clamped, because a token may name a year DateTimeOffset cannot.
        return DateTimeOffset.FromUnixTimeMilliseconds((long)(Math.Clamp(seconds, 0, MaxSeconds) * 1000));
    }

    private static readonly double MaxSeconds = DateTimeOffset.MaxValue.ToUnixTimeSeconds() - 86_400;
}
