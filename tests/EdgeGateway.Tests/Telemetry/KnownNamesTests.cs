using EdgeGateway.Telemetry;
using Xunit;

namespace EdgeGateway.Tests.Telemetry;

/// <summary>Labels that clients could make up are limited.</summary>
public sealed class KnownNamesTests
{
    [Fact]
    public void Only_the_first_names_are_told_apart()
    {
        var names = new KnownNames(2);

        Assert.Equal(("a", "b"), (names.Of("a"), names.Of("b")));
        Assert.Equal((KnownNames.Other, "a"), (names.Of("c"), names.Of("a")));
    }

    [Theory]
    [InlineData("\"echo\"", "echo")]
    [InlineData("\"Zo\u00eb\"", "Zoë")]
    [InlineData("\"\"", KnownNames.Other)]
    [InlineData("\"a\\u0062\"", KnownNames.Other)]
    [InlineData("17", KnownNames.Other)]
    public void A_name_is_what_stands_between_plain_quotes(string json, string expected) =>
        Assert.Equal(expected, new KnownNames(10).Of(System.Text.Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void A_name_of_more_than_128_bytes_is_none()
    {
        var names = new KnownNames(10);

        Assert.Equal(new string('x', 128), names.Of(System.Text.Encoding.UTF8.GetBytes($"\"{new string('x', 128)}\"")));
        Assert.Equal(KnownNames.Other, names.Of(System.Text.Encoding.UTF8.GetBytes($"\"{new string('x', 129)}\"")));
    }

    [Fact]
    public void A_known_name_is_found_without_allocating()
    {
        var names = new KnownNames(10);
        names.Of("\"echo\""u8);
        names.Of("\"echo\""u8);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
        {
            names.Of("\"echo\""u8);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
