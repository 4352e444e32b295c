using System.Net;
using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle.Tls;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace EdgeGateway.Lifecycle;

/// <summary>The socket the gateway listens on, and the limits that hold before a request is read.</summary>
internal static class Listener
{
    public static void Configure(KestrelServerOptions kestrel, GatewayOptions options)
    {
        if (options.HasTls)
        {
            var certificate = kestrel.ApplicationServices.GetRequiredService<ServedCertificate>();
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => new(certificate.Current) }));
        }

        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
        if (!ListenAddress.TryParse(options.Host, out var listen))
        {
            throw new BootException(ExitCode.BadConfiguration, $"HOST is \"{options.Host}\", which is no address to listen on. Set it to 127.0.0.1 or 0.0.0.0.");
        }
        switch (listen.Address)
        {
            // Two addresses cannot share a port that is not known yet.
            case null when options.Port == 0:
                kestrel.Listen(IPAddress.Loopback, 0);
                break;
            case null:
                kestrel.ListenLocalhost(options.Port);
                break;
            case { } any when any.Equals(IPAddress.IPv6Any):
                kestrel.ListenAnyIP(options.Port); // IPv4 only where the machine has no IPv6
                break;
            case { } address:
                kestrel.Listen(address, options.Port);
                break;
        }
    }
}
