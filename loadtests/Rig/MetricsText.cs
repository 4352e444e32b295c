using System.Globalization;

namespace EdgeGateway.LoadTests.Rig;

/// <summary>Reads the Prometheus text format: <c>name{labels} value [timestamp]</c>, the labels optional.</summary>
internal static class MetricsText
{
    /// <param name="text">As <c>GET /metrics</c> answers it.</param>
    /// <param name="name">Of a counter or gauge.</param>
    /// <returns>The sum over its series; null if there is none.</returns>
    public static double? Sum(string text, string name)
    {
        double? sum = null;
        foreach (var line in text.Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal)))
        {
            var rest = line[name.Length..];
            if (rest.StartsWith('{') || rest.StartsWith(' '))
            {
                var value = rest[(rest.LastIndexOf('}') + 1)..].TrimStart().Split(' ')[0];
                sum = (sum ?? 0) + double.Parse(value, CultureInfo.InvariantCulture);
            }
        }

        return sum;
    }
}
