using System.Text.Json.Nodes;

namespace EdgeGateway.Tests.OpenApi;

/// <summary>The document the gateway serves, to hold what it does against it.</summary>
internal sealed class OpenApiContract
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch"];

    private readonly SchemaValidator _schemas;

    public OpenApiContract(JsonObject document)
    {
        Document = document;
        _schemas = new SchemaValidator(document);
    }

    public JsonObject Document { get; }

    /// <summary>"GET /servers/{id}" and what is said of it, in the document's order.</summary>
    public IEnumerable<(string Route, JsonObject Operation)> Operations =>
        from path in Document["paths"]!.AsObject()
        from member in path.Value!.AsObject()
        where Methods.Contains(member.Key)
        select ($"{member.Key.ToUpperInvariant()} {path.Key}", (JsonObject)member.Value!);

    public JsonObject Schema(string name) => _schemas.Resolve("#/components/schemas/" + name);

    public JsonObject Resolve(string reference) => _schemas.Resolve(reference);

    /// <summary>The route that serves a path: the one with the most literal segments, as in routing.</summary>
    public (string Route, JsonObject Operation) Find(string method, string path) =>
        TryFind(method, path) ?? throw new InvalidOperationException($"{method} {path} is not described");

    /// <summary>As <see cref="Find"/>; null where no route serves the path.</summary>
    public (string Route, JsonObject Operation)? TryFind(string method, string path)
    {
        var segments = path.Split('?')[0].Split('/');
        return (
            from known in Operations
            let parts = known.Route.Split(' ')
            where parts[0] == method
            let template = parts[1].Split('/')
            where template.Length == segments.Length && template.Zip(segments).All(pair => pair.First == pair.Second || pair.First.StartsWith('{'))
            orderby template.Count(part => part.StartsWith('{'))
            select ((string, JsonObject)?)known).FirstOrDefault();
    }

    /// <summary>What may be sent in the query or as a header (<paramref name="place"/>: query, header), by name.</summary>
    public IEnumerable<string> Parameters(JsonObject operation, string place) =>
        from parameter in operation["parameters"]?.AsArray() ?? []
        let described = parameter["$ref"] is { } reference ? _schemas.Resolve((string)reference!) : (JsonObject)parameter
        where (string?)described["in"] == place
        select (string)described["name"]!;

    /// <summary>The members that a request's body is said to have; null where no body is described.</summary>
    public IReadOnlyCollection<string>? BodyMembers(JsonObject operation)
    {
        if (operation["requestBody"]?["content"]?["application/json"]?["schema"] is not JsonObject schema)
        {
            return null;
        }

        var described = schema["$ref"] is { } reference ? _schemas.Resolve((string)reference!) : schema;
        return [.. described["properties"]?.AsObject().Select(property => property.Key) ?? []];
    }

    /// <summary>What is wrong with a body that is sent; empty when it is as described.</summary>
    public IReadOnlyList<string> CheckRequest(JsonObject operation, string? json)
    {
        var body = operation["requestBody"] as JsonObject;
        if (json is null)
        {
            return body?["required"] is { } required && (bool)required ? ["a body is required"] : [];
        }

        return body?["content"]?["application/json"]?["schema"] is JsonObject schema
            ? _schemas.Validate(JsonNode.Parse(json), schema)
            : ["no body is described"];
    }

    /// <summary>What is wrong with an answer; empty when it is as described.</summary>
    public IReadOnlyList<string> CheckResponse(JsonObject operation, int status, string? mediaType, string text)
    {
        var responses = operation["responses"]!.AsObject();
        if (!responses.TryGetPropertyValue(status.ToString(), out var response))
        {
            return [$"{status} is not described"];
        }

        var described = response!["$ref"] is { } reference ? _schemas.Resolve((string)reference!) : response.AsObject();
        if (described["content"] is not JsonObject content)
        {
            return text.Length == 0 ? [] : ["a body is answered where none is described"];
        }

        return mediaType is not null && content[mediaType]?["schema"] is JsonObject schema
            ? _schemas.Validate(JsonNode.Parse(text), schema)
            : [$"{mediaType} is not described for {status}"];
    }
}
