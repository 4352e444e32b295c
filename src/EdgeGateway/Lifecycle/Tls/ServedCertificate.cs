using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using EdgeGateway.Configuration;

namespace EdgeGateway.Lifecycle.Tls;

/// <summary>
/// The certificate that new connections get. Its files are looked at every few seconds, and at a reload: a renewed one is served without a
/// restart, and while what is there cannot be served, the last good one is.
/// </summary>
internal sealed class ServedCertificate : IDisposable
{
    /// <summary>Issuers renew weeks ahead; this is for whoever waits for it.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly GatewayOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<ServedCertificate> _log;
    private readonly Lock _turn = new();
    private readonly ITimer? _timer;

    // Written under the turn, read by every handshake. An old one is not disposed of: a handshake may be using it.
    private volatile SslServerAuthenticationOptions? _served;

    // Under the turn: of both files as they were last read. Their times say nothing where a link on the way to them is replaced.
    private string? _read;

    /// <exception cref="BootException">The files have changed since they were found to be right.</exception>
    public ServedCertificate(GatewayOptions options, TimeProvider clock, ILogger<ServedCertificate> log)
    {
        (_options, _clock, _log) = (options, clock, log);
        if (options.HasTls)
        {
            Refresh();
            _ = _served ?? throw new BootException(ExitCode.BadConfiguration, "TLS_CERT_FILE or TLS_KEY_FILE has changed while the gateway started. Start it again.");
            using var started = ExecutionContext.SuppressFlow(); // nothing of the start goes on in it
            _timer = clock.CreateTimer(_ => Refresh(), null, Interval, Interval);
        }
    }

    /// <summary>For one handshake.</summary>
    public SslServerAuthenticationOptions Current => _served!;

    /// <summary>Reads the files again if they have changed.</summary>
    public void Refresh()
    {
        if (!_options.HasTls)
        {
            return;
        }

        lock (_turn)
        {
            try
            {
                var found = Fingerprint();
                if (found != _read)
                {
                    // What is wrong is said once, not every ten seconds.
                    _read = found;
                    Load();
                }
            }
#pragma warning disable CA1031 // whatever a half-written file or a folder out of reach does, the last good certificate is served on
            catch (Exception failure)
#pragma warning restore CA1031
            {
                if (_read != failure.Message)
                {
                    _read = failure.Message;
                    TlsLog.NotServed(_log, failure.Message);
                }
            }
        }
    }

    public void Dispose() => _timer?.Dispose();

    private string Fingerprint() =>
        Convert.ToHexString(SHA256.HashData([.. File.ReadAllBytes(_options.TlsCertFile!), .. File.ReadAllBytes(_options.TlsKeyFile!)]));

    private void Load()
    {
        if (TlsFiles.Problem(_options.TlsCertFile!, _options.TlsKeyFile!, _clock.GetUtcNow(), out _) is { } problem)
        {
            TlsLog.NotServed(_log, problem);
            return;
        }

        var isFirst = _served is null;
        _served = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = TlsFiles.Load(_options.TlsCertFile!, _options.TlsKeyFile!),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
        if (!isFirst)
        {
            TlsLog.Renewed(_log, _options.TlsCertFile!);
        }
    }
}
