using EdgeGateway.ControlPlane.Http;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

public sealed class AddressTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("?after=5", null)]
    [InlineData("?limit", "")]
    [InlineData("?limit=", "")]
    [InlineData("?LIMIT=5", "5")]
    [InlineData("?limit=1&limit=2", "1,2")]
    public void A_parameter_of_the_query_is_one_text_or_absent(string query, string? value)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(query);

        Assert.Equal(value, context.Query("limit"));
    }
}
