using Microsoft.Extensions.Diagnostics.Latency;

namespace EdgeGateway.DataPath.Record;

/// <summary>Where the time of a call goes, while LOG_LEVEL is debug: a question for a person, asked and dropped by a reload.</summary>
internal sealed class CallLatency(ILatencyContextProvider contexts, ILatencyContextTokenIssuer tokens)
{
    private const string AcquiredName = "acquired";
    private const string AnsweredName = "answered";

    /// <summary>The call has its session.</summary>
    public CheckpointToken Acquired { get; } = tokens.GetCheckpointToken(AcquiredName);

    /// <summary>The upstream's answer has begun.</summary>
    public CheckpointToken Answered { get; } = tokens.GetCheckpointToken(AnsweredName);

    public static IServiceCollection Register(IServiceCollection services) => services
        .AddLatencyContext()
        .RegisterCheckpointNames(AcquiredName, AnsweredName)
        .AddSingleton<CallLatency>();

    public ILatencyContext Begin() => contexts.CreateContext();

    /// <summary>Milliseconds since it began, for people; a dash for what was not reached.</summary>
    public static (string Acquired, string Answered, double Total) Read(ILatencyContext latency)
    {
        latency.Freeze();
        var data = latency.LatencyData;
        var (acquired, answered) = ("-", "-");
        foreach (var checkpoint in data.Checkpoints)
        {
            var reached = (checkpoint.Elapsed * 1000.0 / checkpoint.Frequency).ToString("0.0");
            (acquired, answered) = checkpoint.Name == AcquiredName ? (reached, answered) : (acquired, reached);
        }

        return (acquired, answered, data.DurationTimestamp * 1000.0 / data.DurationTimestampFrequency);
    }
}
