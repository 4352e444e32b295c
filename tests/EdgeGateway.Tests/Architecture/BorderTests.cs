using System.Reflection;
using System.Xml.Linq;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Pooling;
using EdgeGateway.Tests.RealUpstreams;
using Xunit;

namespace EdgeGateway.Tests.Architecture;

/// <summary>Who may know whom (src/README.md).</summary>
public sealed class BorderTests
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Assembly Product = typeof(GatewayHost).Assembly;

    public static TheoryData<string> Libraries => ["EdgeGateway.Pooling", "EdgeGateway.Mcp"];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_engine_and_the_protocol_know_the_base_class_library_only(string library)
    {
        var baseLibrary = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var known = Load(library).GetReferencedAssemblies().Select(reference => reference.Name!);

        Assert.All(known, name => Assert.True(
            File.Exists(Path.Combine(baseLibrary, name + ".dll")) && !name.StartsWith("System.Data", StringComparison.Ordinal),
            $"{library} references {name}; it may know the base class library only"));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Their_projects_name_no_package_and_no_project(string library)
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "src", library, library + ".csproj"));

        Assert.DoesNotContain(project.Descendants(), element => element.Name.LocalName is "PackageReference" or "ProjectReference" or "FrameworkReference");
    }

    [Fact]
    public void The_data_path_holds_nothing_of_storage_and_of_the_control_plane_but_a_servers_definition()
    {
        var held = (
            from type in Product.GetTypes()
            where IsIn(type, "EdgeGateway.DataPath")
            from dependency in Dependencies(type)
            where IsIn(dependency, "EdgeGateway.Storage") || IsIn(dependency, "EdgeGateway.ControlPlane")
            select (Holder: type.FullName, Held: dependency)).ToList();

        Assert.Contains(held, pair => pair.Held == typeof(ServerDefinition));
        Assert.DoesNotContain(held, pair => pair.Held != typeof(ServerDefinition));
    }

    [Fact]
    public void Names_say_what_a_thing_is()
    {
        string[] empty = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utilities", "Common"];
        var named =
            from assembly in (Assembly[])[Product, .. Libraries.Select(row => Load(row.Data))]
            from type in assembly.GetTypes()
            where !type.Name.Contains('<') // written by the compiler
            let name = type.Name.Split('`')[0]
            where empty.Any(word => name.EndsWith(word, StringComparison.Ordinal))
            select name;

        // The one exception: the setup guide quotes its log line.
        Assert.Equal(["SessionPoolManager"], named);
    }

    private static Assembly Load(string library) => library switch
    {
        "EdgeGateway.Pooling" => typeof(PoolOptions).Assembly,
        _ => typeof(JsonRpcError).Assembly,
    };

    private static bool IsIn(Type type, string space) =>
        type.Namespace is { } own && (own == space || own.StartsWith(space + ".", StringComparison.Ordinal));

    private static IEnumerable<Type> Dependencies(Type type) => type.GetFields(Declared).Select(field => field.FieldType)
        .Concat(type.GetConstructors(Declared).SelectMany(constructor => constructor.GetParameters()).Select(parameter => parameter.ParameterType))
        .SelectMany(Parts);

    /// <summary>A type and what it is made of: elements of arrays, arguments of generics.</summary>
    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!) : type.GetGenericArguments().SelectMany(Parts).Prepend(type);
}
