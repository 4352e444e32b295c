namespace EdgeGateway.Storage;

/// <summary>The database cannot be used: locked, unwritable, full, damaged, or of a newer version. The process ends with 4 when this happens at start.</summary>
/// <param name="message">One sentence that says what to do; safe to show.</param>
/// <param name="inner">The cause, for the log.</param>
internal sealed class DatabaseUnusableException(string message, Exception? inner = null) : Exception(message, inner);
