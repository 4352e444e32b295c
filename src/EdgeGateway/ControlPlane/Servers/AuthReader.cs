using System.Text;
using System.Text.Json;
using EdgeGateway.ControlPlane.Http;

namespace EdgeGateway.ControlPlane.Servers;

/// <summary>
/// Reads <c>auth</c>: <c>{type: none}</c>, <c>{type: bearer, token}</c>, <c>{type: basic, username, password}</c> or
/// <c>{type: headers, headers: {name: value}}</c>. The secrets are write-only: the stored type without its secrets keeps them,
/// so that what was read can be sent back.
/// </summary>
internal static class AuthReader
{
    private const int MaxSecret = 7 * 1024;
    private const int MaxHeaders = 16;

    public static UpstreamAuth Read(JsonFields server, ServerDefinition? current)
    {
        if (server.Object("auth") is not { } auth)
        {
            return UpstreamAuth.None;
        }

        var type = auth.Text("type", 1, 20);
        if (type is null)
        {
            auth.Fail("type", "is missing; one of none, bearer, basic, headers");
            return UpstreamAuth.None;
        }

        return type switch
        {
            "none" => UpstreamAuth.None,
            "bearer" => auth.Has("token") ? Bearer(auth) : Kept(auth, type, "token", current),
            "basic" => auth.Has("username") || auth.Has("password") ? Basic(auth) : Kept(auth, type, "password", current),
            "headers" => auth.Has("headers") ? Headers(auth) : Kept(auth, type, "headers", current),
            _ => Unknown(auth),
        };
    }

    /// <summary>Where in a document this server's auth secrets would stand.</summary>
    public static IEnumerable<string> SecretPointers(UpstreamAuth auth) => auth.Type switch
    {
        "bearer" => ["/auth/token"],
        "basic" => ["/auth/username", "/auth/password"],
        "headers" => auth.Headers.Select(header => $"/auth/headers/{header.Key.Replace("~", "~0")}"),
        _ => [],
    };

    private static UpstreamAuth Bearer(JsonFields auth)
    {
        var token = auth.Text("token", 1, MaxSecret);
        if (token is not null && (!HeaderRules.IsValue(token) || token.Contains(' ')))
        {
            auth.Fail("token", "must be visible ASCII without spaces");
        }

        return new UpstreamAuth("bearer", [new("Authorization", "Bearer " + token)]);
    }

    private static UpstreamAuth Basic(JsonFields auth)
    {
        var username = auth.Text("username", 0, 1024);
        var password = auth.Text("password", 0, 4096);
        foreach (var (name, value) in new[] { ("username", username), ("password", password) })
        {
            if (!auth.Has(name))
            {
                auth.Fail(name, "is missing; basic needs username and password");
            }
            else if (value is not null && value.Any(char.IsControl))
            {
                auth.Fail(name, "must not contain control characters");
            }
        }

        if (username?.Contains(':') == true)
        {
            auth.Fail("username", "must not contain a colon (RFC 7617)");
        }

        var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}"));
        return new UpstreamAuth("basic", [new("Authorization", "Basic " + pair)]);
    }

    private static UpstreamAuth Headers(JsonFields auth)
    {
        var headers = new List<KeyValuePair<string, string>>();
        if (auth.Object("headers") is { } given)
        {
            foreach (var member in given.Members)
            {
                if (HeaderRules.Refuse(member.Name) is { } why)
                {
                    given.Fail(member.Name, why);
                }
                else if (member.Value.ValueKind != JsonValueKind.String || !HeaderRules.IsValue(member.Value.GetString()!))
                {
                    given.Fail(member.Name, $"must be a string of 1 to {HeaderRules.MaxValueLength} visible ASCII characters, without spaces at its ends");
                }
                else if (headers.Any(header => header.Key.Equals(member.Name, StringComparison.OrdinalIgnoreCase)))
                {
                    given.Fail(member.Name, "is given twice; header names do not distinguish upper and lower case");
                }
                else
                {
                    headers.Add(new(member.Name, member.Value.GetString()!));
                }
            }

            var count = given.Members.Count();
            if (count is 0 or > MaxHeaders)
            {
                auth.Fail("headers", $"must name 1 to {MaxHeaders} headers; got {count}");
            }
        }

        return new UpstreamAuth("headers", headers);
    }

    private static UpstreamAuth Kept(JsonFields auth, string type, string secret, ServerDefinition? current)
    {
        if (current is null || current.Auth.Type != type)
        {
            auth.Fail(secret, $"is missing; {type} needs it");
        }
        else if (current.SecretsUnreadable)
        {
            auth.Fail(secret, "the stored value cannot be decrypted with the present gateway.key; send it again");
        }
        else
        {
            return current.Auth;
        }

        return UpstreamAuth.None;
    }

    private static UpstreamAuth Unknown(JsonFields auth)
    {
        auth.Fail("type", "must be one of none, bearer, basic, headers");
        return UpstreamAuth.None;
    }
}
