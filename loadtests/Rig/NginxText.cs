namespace EdgeGateway.LoadTests.Rig;

/// <summary>nginx.conf of a raw reverse proxy. Paths are relative to the folder it is started with.</summary>
internal static class NginxText
{
    /// <param name="port">To listen on.</param>
    /// <param name="upstream">Where everything goes.</param>
    public static string Render(int port, Uri upstream) => Render(port, upstream, "");

    /// <summary>Passes on what comes as it comes: for streams.</summary>
    public static string RenderUnbuffered(int port, Uri upstream) => Render(port, upstream, "proxy_buffering off;");

    private static string Render(int port, Uri upstream, string more) =>
        $$"""
        daemon off;
        worker_processes 2;
        {{(Environment.IsPrivilegedProcess ? "user root root;" : "")}}
        pid nginx.pid;
        error_log stderr crit;
        events { worker_connections 4096; }
        http {
          access_log off;
          tcp_nodelay on;
          keepalive_requests 1000000000;
          client_body_temp_path body;
          proxy_temp_path proxy;
          fastcgi_temp_path fastcgi;
          uwsgi_temp_path uwsgi;
          scgi_temp_path scgi;
          upstream target {
            server {{upstream.Authority}};
            keepalive 512;
            keepalive_requests 1000000000;
          }
          server {
            listen 127.0.0.1:{{port}} backlog=4096;
            location / {
              proxy_pass {{upstream.Scheme}}://target;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              {{more}}
            }
          }
        }

        """;
}
