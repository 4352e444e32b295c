namespace EdgeGateway.ControlPlane.Http;

/// <summary>What a request says in its address.</summary>
internal static class Address
{
    /// <summary>What stands in place of <c>{name}</c> in the route's pattern; a request without it does not match.</summary>
    public static string RouteValue(this HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    /// <summary>A parameter of the query string, null where it is absent; what is given more than once is joined by commas.</summary>
    public static string? Query(this HttpContext context, string name) => context.Request.Query[name];
}
