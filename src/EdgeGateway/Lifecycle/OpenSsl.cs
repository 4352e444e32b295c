using System.Security.Cryptography;

namespace EdgeGateway.Lifecycle;

/// <summary>Without libssl the process would abort at its first hash or signature, hours after a clean start.</summary>
internal static class OpenSsl
{
    /// <summary>What is missing and what to do; null when nothing is.</summary>
    public static string? Problem =>
        // The one call that answers false where every other aborts the process.
        AesGcm.IsSupported ? null : "OpenSSL 3 is missing on this machine: install libssl3 (apt install libssl3), or use the static build.";

    /// <exception cref="BootException">It is not there.</exception>
    public static void Require()
    {
        if (Problem is { } missing)
        {
            throw new BootException(ExitCode.Runtime, missing);
        }
    }
}
