using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.DataPath.Relay.Modern.Tools;

/// <summary>
/// Reads the <c>x-mcp-header</c> annotations of a tool's <c>inputSchema</c>, wherever they stand: one that breaks a rule of the revision
/// (2026-07-28, Streamable HTTP, Schema Extension) makes the tool one that clients leave out.
/// </summary>
internal sealed class SchemaHeaders
{
    private readonly List<HeaderParameter> _found = [];
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _path = [];
    private string? _fault;

    private SchemaHeaders()
    {
    }

    /// <param name="inputSchema">Raw, valid JSON; empty for none.</param>
    /// <returns>The parameters; or which rule is broken.</returns>
    public static (IReadOnlyList<HeaderParameter> Parameters, string? Fault) Of(ReadOnlySpan<byte> inputSchema)
    {
        var schema = new SchemaHeaders();
        schema.Visit(inputSchema, isReachable: true);
        return (schema._found, schema._fault);
    }

    /// <param name="schema">Raw.</param>
    /// <param name="isReachable">Whether nothing but <c>properties</c> leads here: then an argument has one place.</param>
    private void Visit(ReadOnlySpan<byte> schema, bool isReachable)
    {
        for (var members = new JsonMembers(schema); _fault is null && members.Next();)
        {
            if (members.Is("x-mcp-header"u8))
            {
                Take(members.Value, JsonMembers.Find(schema, "type"u8), isReachable && _path.Count > 0);
            }
            else if (members.Is("properties"u8))
            {
                VisitEach(members.Value, isReachable);
            }
            else if (HoldsNamedSchemas(members))
            {
                VisitEach(members.Value, isReachable: false);
            }
            else if (HoldsSchemas(members))
            {
                VisitOneOrAll(members.Value);
            }
        }
    }

    private void VisitEach(ReadOnlySpan<byte> schemas, bool isReachable)
    {
        for (var members = new JsonMembers(schemas); _fault is null && members.Next();)
        {
            _path.Add(JsonText.Decode(members.RawName));
            Visit(members.Value, isReachable);
            _path.RemoveAt(_path.Count - 1);
        }
    }

    private void VisitOneOrAll(ReadOnlySpan<byte> schemas)
    {
        if (schemas[0] != '[')
        {
            Visit(schemas, isReachable: false);
            return;
        }

        foreach (var schema in Envelope.Messages(schemas))
        {
            Visit(schema.Of(schemas), isReachable: false);
        }
    }

    private void Take(ReadOnlySpan<byte> annotation, ReadOnlySpan<byte> type, bool isAllowed)
    {
        var name = annotation[0] == '"' ? JsonText.Decode(annotation) : "";
        var typeName = !type.IsEmpty && type[0] == '"' ? JsonText.Decode(type) : "";
        ParameterType? kind = typeName switch
        {
            "string" => ParameterType.String,
            "integer" => ParameterType.Integer,
            "boolean" => ParameterType.Boolean,
            _ => null,
        };
        _fault = !isAllowed ? "an x-mcp-header stands where more than properties leads to"
            : !IsToken(name) ? "an x-mcp-header is no name a header can have"
            : kind is null ? "an x-mcp-header is on a parameter that is neither string nor integer nor boolean"
            : !_names.Add(name) ? "two parameters have the same x-mcp-header"
            : null;
        if (_fault is null)
        {
            _found.Add(new HeaderParameter(name, [.. _path], kind!.Value));
        }
    }

    /// <summary>RFC 9110, section 5.6.2.</summary>
    private static bool IsToken(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));

    /// <summary>Keywords of JSON Schema whose value is an object of schemas by name.</summary>
    private static bool HoldsNamedSchemas(in JsonMembers member) =>
        member.Is("patternProperties"u8) || member.Is("dependentSchemas"u8) || member.Is("$defs"u8) || member.Is("definitions"u8);

    /// <summary>Those whose value is a schema, or an array of them. What a schema has beside (default, const, enum, examples) is data, whatever it is called.</summary>
    private static bool HoldsSchemas(in JsonMembers member) =>
        member.Is("items"u8) || member.Is("prefixItems"u8) || member.Is("additionalItems"u8) || member.Is("contains"u8)
        || member.Is("additionalProperties"u8) || member.Is("unevaluatedProperties"u8) || member.Is("unevaluatedItems"u8) || member.Is("propertyNames"u8)
        || member.Is("oneOf"u8) || member.Is("anyOf"u8) || member.Is("allOf"u8) || member.Is("not"u8)
        || member.Is("if"u8) || member.Is("then"u8) || member.Is("else"u8);
}
