using EdgeGateway.Configuration;
using Xunit;

namespace EdgeGateway.Tests.Configuration;

public sealed class DotEnvFileTests
{
    [Theory]
    [InlineData("A=b", "b")]
    [InlineData("  A = b  ", "b")]
    [InlineData("export A=b", "b")]
    [InlineData("A=b # comment", "b")]
    [InlineData("A=b\t# comment", "b")]
    [InlineData("A=b#c", "b#c")]
    [InlineData("A=# comment", "")]
    [InlineData("A=", "")]
    [InlineData("A=\"\"", "")]
    [InlineData("A=\"b # c\"", "b # c")]
    [InlineData("A=\"b\" # c", "b")]
    [InlineData("A='b # c'", "b # c")]
    [InlineData("A='b\\n'", "b\\n")]
    [InlineData("A=\"b\\n\\t\\\"\\\\\\$\\x\"", "b\n\t\"\\$\\x")]
    [InlineData("A=b=c", "b=c")]
    [InlineData("A=it's", "it's")]
    [InlineData("A=[\"x\"]", "[\"x\"]")]
    [InlineData("A=b\r\n", "b")]
    [InlineData("\uFEFFA=b", "b")]
    [InlineData("A=first\nA=b", "b")]
    public void A_value_is_read_as_a_shell_user_expects(string text, string expected)
    {
        var file = DotEnvFile.Parse(text, ".env");

        Assert.Empty(file.Errors);
        Assert.Equal(expected, file.Values["A"].Value);
    }

    [Theory]
    [InlineData("nonsense", ".env line 1: expected NAME=value")]
    [InlineData("# fine\r\n\r\nexport", ".env line 3: expected NAME=value")]
    [InlineData("A=b\n1A=c", ".env line 2: the name before = may hold letters, digits and _ only, and not begin with a digit")]
    [InlineData("A-B=c", ".env line 1: the name before = may hold letters, digits and _ only, and not begin with a digit")]
    [InlineData("=c", ".env line 1: the name before = may hold letters, digits and _ only, and not begin with a digit")]
    [InlineData("A=\"b", ".env line 1: the closing \" is missing")]
    [InlineData("A='b\"", ".env line 1: the closing ' is missing")]
    [InlineData("A=\"b\\\"", ".env line 1: the closing \" is missing")]
    [InlineData("A=\"b\"c", ".env line 1: text follows the closing quote; put a space and # before a comment")]
    public void An_error_names_its_line(string text, string expected) =>
        Assert.Equal([expected], DotEnvFile.Parse(text, ".env").Errors);

    [Fact]
    public void Every_line_in_error_is_told_and_the_others_count()
    {
        var file = DotEnvFile.Parse("x\nA=b\ny", ".env");

        Assert.Equal(2, file.Errors.Count);
        Assert.Equal(("b", 2), file.Values["A"]);
    }

    [Fact]
    public void A_file_that_is_not_there_is_null() =>
        Assert.Null(DotEnvFile.Load(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"), ".env"), ".env"));

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error()
    {
        const string Unreadable = "/proc/self/mem";
        Assert.SkipUnless(File.Exists(Unreadable), "needs a file that exists and cannot be read; Linux has one");

        Assert.Equal([".env cannot be read; check that it is a file and who may read it"], DotEnvFile.Load(Unreadable, ".env")!.Errors);
    }
}
