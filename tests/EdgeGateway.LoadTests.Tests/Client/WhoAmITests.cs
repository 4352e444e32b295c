using EdgeGateway.LoadTests.Client;

namespace EdgeGateway.LoadTests.Tests.Client;

public sealed class WhoAmITests
{
    [Fact]
    public void The_text_of_the_answer_says_where_the_call_ran()
    {
        var where = WhoAmI.Read("""{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"127.0.0.1:80 abc"}]}}"""u8);

        Assert.Equal(new WhoAmI("127.0.0.1:80", "abc"), where);
    }

    [Fact]
    public void Another_answer_does_not()
    {
        Assert.Throws<InvalidDataException>(() => WhoAmI.Read("""{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"hello"}]}}"""u8));
    }
}
