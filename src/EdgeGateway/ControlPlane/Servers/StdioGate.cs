using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.DataPath.Listen;

namespace EdgeGateway.ControlPlane.Servers;

/// <summary>
/// Who may say which commands run: they run with the gateway's own rights. Asked before the document is read, because what is
/// wrong with a command tells which files exist.
/// </summary>
internal sealed class StdioGate(GatewayOptions options, OriginPolicy origins)
{
    /// <summary>Null when the caller may make <paramref name="body"/> of <paramref name="target"/>.</summary>
    public Problem? Refuse(HttpContext context, JsonObjectBody body, ServerDefinition target)
    {
        var wanted = body.Fields(new ValidationErrors()).Choice<ServerTransport>("transport");
        if (wanted != ServerTransport.Stdio && target.Transport != ServerTransport.Stdio)
        {
            return null;
        }

        var principal = context.GetPrincipal();
        if (!principal.Has(Permissions.Admin))
        {
            return Problem.Of(
                ProblemTypes.Forbidden,
                $"A server with transport stdio runs a command on this machine: registering or changing one needs the permission {PermissionNames.Format(Permissions.Admin)}; "
                + $"the token of {principal.Name} allows {PermissionNames.Format(principal.Permissions)}.");
        }

        // Without tokens a foreign web page that has rebound its name to this address would be let in like anybody.
        return options.AuthRequired || origins.Allows(context.Request.Headers.Origin)
            ? null
            : Problem.Of(ProblemTypes.Forbidden, "A page of this origin may not register commands; see ALLOWED_ORIGINS.");
    }
}
