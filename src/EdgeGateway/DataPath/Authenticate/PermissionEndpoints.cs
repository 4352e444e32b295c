namespace EdgeGateway.DataPath.Authenticate;

/// <summary>Says what a caller must be allowed to do to use an endpoint.</summary>
internal static class PermissionEndpoints
{
    public static TBuilder RequirePermission<TBuilder>(this TBuilder builder, Permissions wanted)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(new RequiredPermission(wanted)));
        return builder;
    }
}

/// <summary>Endpoint metadata.</summary>
internal sealed record RequiredPermission(Permissions Wanted);
