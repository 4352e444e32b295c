using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.Cli;

/// <summary>What a person who starts the gateway on a terminal wants to know, in six lines. Where nobody reads it there is the log.</summary>
internal static class Banner
{
    /// <param name="app">Listening.</param>
    /// <param name="options">What it runs with.</param>
    public static string Of(WebApplication app, GatewayOptions options)
    {
        var address = ServeVerb.Address(app, options);
        var servers = app.Services.GetRequiredService<ServerCatalog>().Servers.Count;
        return $"""
            Edge Gateway {BuildInfo.Version}
              listens  {address}
              console  {ServeVerb.SignInLink(app, address)} (signs you in once, within 30 minutes)
              data     {options.DataFolder}
              pools    {(options.Pools.Enabled ? "on" : "off, SESSION_POOL_ENABLED=true switches them on")}; {servers} {(servers == 1 ? "server" : "servers")} registered
              stop     Ctrl-C; running requests finish within {options.DrainTimeout.TotalSeconds:0} s
            """;
    }
}
