using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.ControlPlane.Problems;

namespace EdgeGateway.ControlPlane.Servers;

/// <summary>Reads and checks the document of a server: everything wrong with it at once.</summary>
internal sealed class ServerReader(PoolConfigResolver pools)
{
    private const int MaxName = 255;
    private const int MaxDescription = 4096;
    private const int MaxCertificate = 256 * 1024;
    private const int MaxPassthrough = 32;
    private const int MaxTags = 64;

    /// <summary>The definition the document describes, laid over <paramref name="target"/>, whose identity and history stay.</summary>
    /// <param name="body">The document.</param>
    /// <param name="target">The server to be replaced, or a blank one.</param>
    /// <param name="isNew">Whether <paramref name="target"/> is blank.</param>
    public Outcome<ServerDefinition> Read(JsonObjectBody body, ServerDefinition target, bool isNew)
    {
        var errors = new ValidationErrors();
        var fields = body.Fields(errors);
        var transport = fields.Choice<ServerTransport>("transport") ?? ServerTransport.StreamableHttp;
        var era = fields.Text("era", 1, 20) ?? "auto";
        if (era is not ("auto" or "legacy" or "modern" or "dual"))
        {
            fields.Fail("era", "must be one of auto, legacy, modern, dual");
        }

        var auth = AuthReader.Read(fields, isNew ? null : target);
        var read = target with
        {
            Name = Name(fields),
            Description = fields.Text("description", 0, MaxDescription),
            Transport = transport,
            Endpoints = EndpointReader.Read(fields),
            Command = fields.Text("command", 1, 4096),
            Args = fields.Texts("args", 256, 8192),
            Env = Env(fields, isNew ? null : target),
            Auth = auth,
            SecretsUnreadable = false,
            PassthroughHeaders = Passthrough(fields, auth),
            CaCertificate = Certificate(fields),
            Era = era,
            RequestTimeout = TimeSpan.FromSeconds(fields.Integer("request_timeout", 1, 86400) ?? 300),
            Tags = fields.Texts("tags", MaxTags, 64),
            // Both have routes of their own, and leaving them out must not switch a server on or forget its pool.
            Enabled = fields.Flag("enabled") ?? target.Enabled,
            Pool = fields.Has("pool") ? (fields.Object("pool") is { } pool ? PoolFields.Read(pool) : null) : target.Pool,
        };
        CheckTransport(fields, read);
        if (!errors.Any && read.Pool is not null)
        {
            pools.Check(read, "/pool", errors);
        }

        return errors.Any ? Problem.Of(errors) : read;
    }

    private static string Name(JsonFields fields)
    {
        var name = fields.Text("name", 1, MaxName);
        if (name is null)
        {
            if (fields.Find("name") is null)
            {
                fields.Fail("name", $"is missing; 1 to {MaxName} characters");
            }
        }
        else if (name.Any(char.IsControl) || name.Trim() != name)
        {
            fields.Fail("name", "must not contain control characters, nor begin or end with a space");
        }

        return name ?? "";
    }

    private static void CheckTransport(JsonFields fields, ServerDefinition server)
    {
        if (server.Transport == ServerTransport.Stdio)
        {
            StdioRules.Check(fields, server);
            return;
        }

        if (server.Endpoints.Count == 0 && fields.Find("url") is null && (fields.Find("endpoints") is not { } given || IsEmptyArray(given)))
        {
            fields.Fail("url", "is missing; send url, or endpoints with at least one");
        }

        if (server.Command is not null || server.Args.Count > 0 || server.Env.Count > 0)
        {
            fields.Fail("command", "command, args and env belong to transport stdio; remove them");
        }
    }

    private static bool IsEmptyArray(JsonElement value) => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0;

    private static List<string> Passthrough(JsonFields fields, UpstreamAuth auth)
    {
        var names = new List<string>();
        foreach (var (index, item) in fields.Items("passthrough_headers", MaxPassthrough).Index())
        {
            var name = item.ValueKind == JsonValueKind.String ? item.GetString()!.ToLowerInvariant() : null;
            var why = name is null ? $"must be a string; got {JsonFields.Kind(item)}"
                : names.Contains(name) ? $"{name} is given twice"
                : auth.Headers.Any(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)) ? $"{name} is already set by auth; remove one of the two"
                : HeaderRules.Refuse(name);
            if (why is null)
            {
                names.Add(name!);
            }
            else
            {
                fields.Errors.Add($"{fields.PointerTo("passthrough_headers")}/{index}", why);
            }
        }

        return names;
    }

    private static string? Certificate(JsonFields fields)
    {
        if (fields.Text("ca_certificate", 1, MaxCertificate) is not { } pem)
        {
            return null;
        }

        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            certificates.Clear();
        }

        if (certificates.Count == 0)
        {
            fields.Fail("ca_certificate", "must be one or more certificates in PEM form (-----BEGIN CERTIFICATE-----)");
        }
        else if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            fields.Fail("ca_certificate", "contains a private key; send the certificates alone");
        }

        foreach (var certificate in certificates)
        {
            certificate.Dispose();
        }

        return pem;
    }

    /// <summary>Values are write-only: null keeps the stored one.</summary>
    private static Dictionary<string, string> Env(JsonFields fields, ServerDefinition? current)
    {
        var env = new Dictionary<string, string>(StringComparer.Ordinal);
        if (fields.Object("env") is not { } given)
        {
            return env;
        }

        foreach (var member in given.Members)
        {
            if (member.Name.Length is 0 or > 256 || member.Name.AsSpan().IndexOfAny('=', '\0') >= 0)
            {
                given.Fail(member.Name, "is not a name of an environment variable");
            }
            else if (member.Value.ValueKind == JsonValueKind.Null && current?.Env.TryGetValue(member.Name, out var kept) == true)
            {
                env[member.Name] = kept;
            }
            else if (member.Value.ValueKind != JsonValueKind.String || member.Value.GetString() is not { Length: <= 32 * 1024 } value || value.Contains('\0'))
            {
                given.Fail(member.Name, "must be a string of at most 32768 characters without NUL");
            }
            else
            {
                env[member.Name] = value;
            }
        }

        return env;
    }
}
