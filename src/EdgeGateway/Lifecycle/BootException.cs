namespace EdgeGateway.Lifecycle;

/// <summary>The process cannot start, and the message tells the operator what to do about it. Printed as it is, without a stack.</summary>
/// <param name="exitCode">See <see cref="Lifecycle.ExitCode"/>.</param>
/// <param name="message">What is wrong, and the next step.</param>
/// <param name="cause">What the system said; shown with LOG_LEVEL=debug.</param>
internal sealed class BootException(int exitCode, string message, Exception? cause = null) : Exception(message, cause)
{
    public int ExitCode { get; } = exitCode;
}
