using EdgeGateway.DataPath.Authenticate;

namespace EdgeGateway.ControlPlane.Servers;

/// <summary>A token narrowed to one server sees that one in lists. Routes of a single server are the authenticate stage's to guard.</summary>
internal static class Visibility
{
    public static bool Includes(HttpContext context, string serverId) =>
        context.Features.Get<Principal>()?.MayUse(serverId) ?? true;
}
