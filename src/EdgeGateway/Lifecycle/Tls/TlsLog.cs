namespace EdgeGateway.Lifecycle.Tls;

/// <summary>Events 1030–1039.</summary>
internal static partial class TlsLog
{
    [LoggerMessage(1030, LogLevel.Information, "The certificate in {File} is served from now on")]
    public static partial void Renewed(ILogger log, string file);

    [LoggerMessage(1031, LogLevel.Error, "The certificate is not renewed, the last good one is served: TLS_CERT_FILE {Problem}")]
    public static partial void NotServed(ILogger log, string problem);
}
