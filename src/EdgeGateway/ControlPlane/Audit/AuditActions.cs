namespace EdgeGateway.ControlPlane.Audit;

/// <summary>What the audit trail calls the things people do.</summary>
internal static class AuditActions
{
    public const string ServerCreate = "server.create";
    public const string ServerUpdate = "server.update";
    public const string ServerDelete = "server.delete";
    public const string ServerActivate = "server.activate";
    public const string ServerDeactivate = "server.deactivate";

    /// <summary>A change that touches nothing of a server but its pool's configuration.</summary>
    public const string PoolConfigure = "pool.configure";
    public const string PoolDrain = "pool.drain";
    public const string PoolResume = "pool.resume";
    public const string PoolReset = "pool.reset";
    public const string PoolResize = "pool.resize";
    public const string TokenCreate = "token.create";
    public const string TokenRevoke = "token.revoke";
    public const string GatewayReload = "gateway.reload";
    public const string PageSignIn = "page.sign_in";
    public const string PageSignOut = "page.sign_out";
}
