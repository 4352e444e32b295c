namespace EdgeGateway.LoadTests.Model;

/// <summary>What one step came to.</summary>
/// <param name="Size">Bytes received.</param>
/// <param name="FailureReason">Null when it went well; otherwise a short text of which there are few, since failures are counted by it.</param>
internal readonly record struct StepResult(int Size, string? FailureReason)
{
    public bool IsOk => FailureReason is null;

    public static StepResult Ok(int size = 0) => new(size, null);

    public static StepResult Fail(string reason) => new(0, reason);
}
