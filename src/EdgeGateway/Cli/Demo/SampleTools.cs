using System.Text.Json;

namespace EdgeGateway.Cli.Demo;

/// <summary>What the sample server can do.</summary>
internal static class SampleTools
{
    private const int SecondsMax = 30;

    /// <summary>The answer to tools/list.</summary>
    public const string List = """
        {"tools":[
        {"name":"echo","description":"Returns the text it was given","inputSchema":{"type":"object","properties":{"text":{"type":"string"}},"required":["text"]}},
        {"name":"count","description":"Counts its calls in this session","inputSchema":{"type":"object","properties":{}}},
        {"name":"slow","description":"Answers after some seconds","inputSchema":{"type":"object","properties":{"seconds":{"type":"number","minimum":0,"maximum":30}}}}
        ]}
        """;

    /// <returns>The text to answer; null when there is no such tool.</returns>
    public static async Task<string?> CallAsync(
        SampleSession session, JsonElement parameters, TimeProvider clock, CancellationToken cancellationToken)
    {
        switch (SampleJson.Text(parameters, "name"))
        {
            case "echo":
                return SampleJson.Text(SampleJson.Member(parameters, "arguments"), "text") ?? "";
            case "count":
                return session.Count().ToString();
            case "slow":
                var seconds = Seconds(SampleJson.Member(parameters, "arguments"));
                await Task.Delay(TimeSpan.FromSeconds(seconds), clock, cancellationToken);
                return $"waited {seconds} s";
            default:
                return null;
        }
    }

    private static double Seconds(JsonElement arguments) =>
        SampleJson.Member(arguments, "seconds") is { ValueKind: JsonValueKind.Number } number
            ? Math.Clamp(number.GetDouble(), 0, SecondsMax)
            : 2;
}
