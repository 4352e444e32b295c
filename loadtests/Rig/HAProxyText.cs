namespace EdgeGateway.LoadTests.Rig;

/// <summary>haproxy.cfg of a raw reverse proxy.</summary>
internal static class HAProxyText
{
    /// <param name="port">To listen on.</param>
    /// <param name="upstream">Where everything goes; over https unverified, which costs it less than what the gateway does.</param>
    public static string Render(int port, Uri upstream) =>
        $"""
        global
          nbthread 2
          maxconn 8192
        defaults
          mode http
          option http-keep-alive
          http-reuse always
          timeout connect 10s
          timeout client 600s
          timeout server 600s
        frontend clients
          bind 127.0.0.1:{port}
          default_backend target
        backend target
          server upstream {upstream.Authority}{(upstream.Scheme == Uri.UriSchemeHttps ? " ssl verify none" : "")}

        """;
}
