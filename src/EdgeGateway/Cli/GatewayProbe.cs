using System.Net;
using System.Text.Json;
using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle.Tls;

namespace EdgeGateway.Cli;

/// <summary>Asks a gateway on this machine whether it is ready.</summary>
internal sealed class GatewayProbe(GatewayOptions options, TimeProvider clock)
{
    /// <summary>A gateway that is busy answers in milliseconds; who waits longer than this is not helped by its answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Where the gateway of these settings is reached from its own machine.</summary>
    public static string AddressOf(GatewayOptions options) => ListenAddress.UrlOf(options, options.Port);

    /// <summary>For whoever sends a token: the name in the certificate is not the loopback address it is asked under; that it is the installation's own says more.</summary>
    public static SocketsHttpHandler HandlerFor(GatewayOptions options) => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => options.TlsCertFile is { } own && TlsFiles.IsOwn(own, shown) },
    };

    /// <summary>For a question that gives nothing away: which certificate is served while a new one is on its way is not what is asked.</summary>
    private static SocketsHttpHandler AnyCertificate() => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
#pragma warning disable CA5359 // nothing is sent, and the answer decides nothing but an exit code
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
#pragma warning restore CA5359
    };

    public async Task<Answer> AskAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        using var http = new HttpClient(AnyCertificate());
        try
        {
            using var response = await http.GetAsync(new Uri($"{AddressOf(options)}/health/ready"), either.Token);
            var body = await response.Content.ReadAsStringAsync(either.Token);
            return response.StatusCode switch
            {
                HttpStatusCode.OK when Member(body, "status") == "ready" => new(true, true, true, "ready"),
                HttpStatusCode.ServiceUnavailable when Member(body, "detail") is { } detail => new(true, true, false, $"not ready: {detail}"),
                var status => new(true, false, false, $"something else than a gateway answers there (HTTP {(int)status})"),
            };
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new(true, false, false, $"no answer within {Patience.TotalSeconds:0} s");
        }
        catch (HttpRequestException)
        {
            return new(false, false, false, "nothing answers there");
        }
    }

    private static string? Member(string body, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <param name="IsAnswer">Whether anything has the port.</param>
    /// <param name="IsGateway">Whether a gateway answered.</param>
    /// <param name="IsReady">Whether it takes requests.</param>
    /// <param name="Text">For people.</param>
    public readonly record struct Answer(bool IsAnswer, bool IsGateway, bool IsReady, string Text);
}
