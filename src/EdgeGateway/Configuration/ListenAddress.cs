using System.Net;

namespace EdgeGateway.Configuration;

/// <summary>What HOST means: an address, and whether others than this machine can reach it.</summary>
/// <param name="Address">Null means localhost: both loopback addresses.</param>
internal readonly record struct ListenAddress(IPAddress? Address)
{
    public bool IsLoopback => Address is null || IPAddress.IsLoopback(Address);

    /// <summary>Every interface of the machine.</summary>
    public bool IsWildcard => Address is not null && (Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any));

    public static bool TryParse(string host, out ListenAddress address)
    {
        var bare = host is ['[', .. var inner, ']'] ? inner : host;
        if (bare is "*" or "+")
        {
            address = new(IPAddress.IPv6Any);
            return true;
        }
        if (bare.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            address = default;
            return true;
        }

        // IPAddress also reads "1" and "0x7f000001"; nobody means those.
        var plausible = bare.Contains(':') || bare.Count(c => c == '.') == 3;
        var parsed = IPAddress.TryParse(bare, out var ip) && plausible;
        address = parsed ? new(ip) : default;
        return parsed;
    }

    /// <summary>An address a program on this machine can open: a wildcard becomes loopback.</summary>
    public static string UrlOf(GatewayOptions options, int port)
    {
        var scheme = options.HasTls ? "https" : "http";
        if (!TryParse(options.Host, out var listen) || listen.Address is not { } ip)
        {
            return $"{scheme}://localhost:{port}";
        }
        if (listen.IsWildcard)
        {
            return $"{scheme}://127.0.0.1:{port}";
        }
        return ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"{scheme}://[{ip}]:{port}" : $"{scheme}://{ip}:{port}";
    }
}
