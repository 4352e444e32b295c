using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Metrics;
using Xunit;

namespace EdgeGateway.Tests.Metrics;

public sealed class MetricsWindowTests
{
    [Theory]
    [InlineData(null, null, 60, 300)]
    [InlineData("1", null, 60, 300)]
    [InlineData("168", null, 10080, 300)]
    [InlineData(null, "1", 1, 5)]
    [InlineData(null, "10", 10, 5)]
    public void Hours_come_in_buckets_of_five_minutes_and_minutes_in_buckets_of_five_seconds(string? hours, string? minutes, int span, int bucket)
    {
        var errors = new ValidationErrors();

        var window = MetricsWindow.Read(hours, minutes, errors);

        Assert.Equal((TimeSpan.FromMinutes(span), TimeSpan.FromSeconds(bucket)), (window.Span, window.Bucket));
        Assert.False(errors.Any);
    }

    [Theory]
    [InlineData("0", null, "/hours must be a whole number from 1 to 168")]
    [InlineData("169", null, "/hours must be a whole number from 1 to 168")]
    [InlineData("1.5", null, "/hours must be a whole number from 1 to 168")]
    [InlineData("", null, "/hours must be a whole number from 1 to 168")]
    [InlineData("99999999999", null, "/hours must be a whole number from 1 to 168")]
    [InlineData("1,2", null, "/hours must be a whole number from 1 to 168")]
    [InlineData(null, "0", "/minutes must be a whole number from 1 to 10")]
    [InlineData(null, "11", "/minutes must be a whole number from 1 to 10")]
    [InlineData(null, "-1", "/minutes must be a whole number from 1 to 10")]
    public void Anything_else_is_told_the_range(string? hours, string? minutes, string expected)
    {
        var errors = new ValidationErrors();

        MetricsWindow.Read(hours, minutes, errors);

        var error = Assert.Single(errors.All);
        Assert.Equal(expected, $"{error.Pointer} {error.Detail}");
    }

    [Fact]
    public void Everything_wrong_is_said_at_once()
    {
        var errors = new ValidationErrors();

        MetricsWindow.Read("x", "y", errors);

        Assert.Equal(["/hours", "/minutes", "/minutes"], errors.All.Select(error => error.Pointer));
        Assert.Contains("cannot be combined with hours", errors.All[2].Detail);
    }
}
