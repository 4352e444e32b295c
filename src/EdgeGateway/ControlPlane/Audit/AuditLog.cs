namespace EdgeGateway.ControlPlane.Audit;

/// <summary>What is logged of the audit trail: events 4000–4009.</summary>
internal static partial class AuditLog
{
    [LoggerMessage(4000, LogLevel.Information, "{Actor} did {Action} {Target}")]
    public static partial void Audited(this ILogger log, string actor, string action, string? target);

    [LoggerMessage(4001, LogLevel.Warning, "The audit trail lacks an entry ({Actor} did {Action} {Target}), which could not be written: {Why}")]
    public static partial void NotAudited(this ILogger log, string why, string actor, string action, string? target);
}
