using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using EdgeGateway.ControlPlane.Audit;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Lifecycle;
using EdgeGateway.Tests.Architecture;
using Microsoft.AspNetCore.Authorization;
using Xunit;

namespace EdgeGateway.Tests.OpenApi;

/// <summary>What the document says against the tables and routes of the program.</summary>
public sealed class OpenApiTests
{
    private readonly OpenApiContract _contract = EmbeddedContract.Load();

    [Fact]
    public async Task Every_route_that_is_served_is_described_and_every_route_described_is_served()
    {
        var served = (await RouteTests.ServedAsync()).Select(served => served.Route).Order(StringComparer.Ordinal);

        Assert.Equal(served, _contract.Operations.Select(operation => operation.Route).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task It_says_of_every_route_which_permission_it_asks_for()
    {
        foreach (var (route, endpoint) in await RouteTests.ServedAsync())
        {
            var said = _contract.Operations.Single(operation => operation.Route == route).Operation["security"]!;
            JsonArray wanted = endpoint.Metadata.GetMetadata<RequiredPermission>() is { } required
                ? [Names("token", PermissionNames.ListOf(required.Permissions)), Names("page", PermissionNames.ListOf(required.Permissions))]
                : endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null ? [] : [Names("token", ["mcp.invoke"])];
            Assert.True(JsonNode.DeepEquals(wanted, said), $"{route} asks for {wanted.ToJsonString()}, the document says {said.ToJsonString()}");
        }

        static JsonObject Names(string scheme, IReadOnlyList<string> names) => new() { [scheme] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]) };
    }

    [Fact]
    public void The_parameters_of_every_path_are_described_and_operations_have_names_of_their_own()
    {
        foreach (var (route, operation) in _contract.Operations)
        {
            var path = route.Split(' ')[1];
            var inPath = (_contract.Document["paths"]![path]!["parameters"]?.AsArray() ?? []).Concat(operation["parameters"]?.AsArray() ?? [])
                .Select(parameter => parameter!["$ref"] is { } reference ? _contract.Resolve((string)reference!) : (JsonObject)parameter!)
                .Where(parameter => (string?)parameter["in"] == "path");
            Assert.Equal(path.Split('/').Where(part => part.StartsWith('{')), inPath.Select(parameter => $"{{{parameter["name"]}}}"));
        }

        Assert.Distinct(_contract.Operations.Select(operation => (string)operation.Operation["operationId"]!));
    }

    [Fact]
    public void Nothing_refers_to_what_is_not_there_and_nothing_is_there_for_nobody()
    {
        var references = References(_contract.Document).ToHashSet();
        var components =
            from kind in _contract.Document["components"]!.AsObject()
            where kind.Key != "securitySchemes"
            from component in kind.Value!.AsObject()
            select $"#/components/{kind.Key}/{component.Key}";

        Assert.Equal(components.Order(StringComparer.Ordinal), references.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_configuration_of_a_pool_is_that_of_the_table()
    {
        var settings = _contract.Schema("PoolSettings")["properties"]!.AsObject();
        var config = _contract.Schema("PoolConfig")["properties"]!.AsObject();

        Assert.Equal(PoolFields.All.Select(field => field.Name), settings.Select(property => property.Key));
        Assert.Equal(PoolFields.All.Select(field => field.Name), config.Select(property => property.Key).Take(PoolFields.All.Count));
        foreach (var field in PoolFields.All)
        {
            Same(Describe(field, asSetting: true), settings[field.Name]!);
            Same(Describe(field, asSetting: false), config[field.Name]!);
        }
    }

    [Fact]
    public void Its_lists_of_problems_actions_and_permissions_are_those_of_the_program()
    {
        Assert.Equal(ProblemTypes.All.Select(type => type.Uri), Enum(_contract.Schema("Problem")["properties"]!["type"]!));
        Assert.Equal(
            typeof(AuditActions).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal),
            Enum(_contract.Schema("AuditEntry")["properties"]!["action"]!).Order(StringComparer.Ordinal));
        Assert.Equal(PermissionNames.Ours, Enum(_contract.Schema("Token")["properties"]!["permissions"]!["items"]!));
    }

    [Fact]
    public void It_is_of_the_programs_version()
    {
        Assert.Equal(BuildInfo.Version, (string?)_contract.Document["info"]!["version"]);
        Assert.Equal("3.1.0", (string?)_contract.Document["openapi"]);
    }

    /// <summary>As the table has it: a default that is no plain value, and the setting that gives a global one, stand in the text.</summary>
    private static JsonObject Describe(PoolField field, bool asSetting)
    {
        var property = new JsonObject();
        JsonNode? literal = null;
        if (field.Range.Split('–') is [var min, var max] && int.TryParse(min, out var from))
        {
            (property["type"], property["minimum"], property["maximum"]) = ("integer", from, int.Parse(max, CultureInfo.InvariantCulture));
            literal = int.TryParse(field.Default, out var number) ? number : null;
        }
        else if (field.Range == "")
        {
            property["type"] = "boolean";
            literal = bool.Parse(field.Default);
        }
        else if (field.Range == "header name")
        {
            property["type"] = asSetting ? "string" : new JsonArray("string", "null");
        }
        else
        {
            property["type"] = "string";
            property["enum"] = new JsonArray([.. field.Range.Split(", ").Select(name => JsonValue.Create(name))]);
            literal = field.Default;
        }

        if (asSetting && literal is not null)
        {
            property["default"] = literal.DeepClone();
        }

        property["description"] = field.Help
            + (literal is null && field.Default != "–" ? $" Default: {field.Default}." : "")
            + (field.Global is null ? "" : $" Global default: {field.Global}.");
        return property;
    }

    private static void Same(JsonObject expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(expected, actual), $"the table says {expected.ToJsonString()}, the document {actual.ToJsonString()}");

    private static IEnumerable<string> Enum(JsonNode schema) => schema["enum"]!.AsArray().Select(name => (string)name!);

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => member.Key == "$ref" ? [(string)member.Value!] : References(member.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };
}
