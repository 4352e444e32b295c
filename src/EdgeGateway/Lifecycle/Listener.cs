using EdgeGateway.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EdgeGateway.Lifecycle;

/// <summary>The socket the gateway listens on, and the limits that hold before a request is read.</summary>
internal static class Listener
{
    public static void Configure(KestrelServerOptions kestrel, GatewayOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
        if (!ListenAddress.TryParse(options.Host, out var listen))
        {
            throw new BootException(ExitCode.BadConfiguration, $"HOST is \"{options.Host}\", which is no address to listen on. Set it to 127.0.0.1 or 0.0.0.0.");
        }
        if (listen.Address is { } address)
        {
            kestrel.Listen(address, options.Port);
        }
        else
        {
            kestrel.ListenLocalhost(options.Port);
        }
    }
}
