using System.Text;
using System.Threading.Channels;
using EdgeGateway.DataPath.Relay.Modern.Watching;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Watching;

/// <summary>While one listening takes another's place each change is heard once, and none is lost.</summary>
public sealed class SuccessionTests
{
    private readonly Channel<ReadOnlyMemory<byte>> _heard = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
    private readonly Succession _succession;
    private readonly object _old = new();
    private readonly object _new = new();

    public SuccessionTests() => _succession = new Succession(_heard.Writer);

    [Fact]
    public void One_alone_is_heard_at_once_and_every_time()
    {
        Say(_old, "tools");
        Say(_old, "tools");

        Assert.Equal(["tools", "tools"], Heard());
    }

    [Fact]
    public void What_both_say_is_heard_once_whoever_is_first()
    {
        _succession.Begin(_new);
        Say(_old, "tools");
        Say(_new, "tools");
        Say(_new, "prompts");
        Say(_old, "prompts");
        _succession.End();

        Assert.Equal(["tools", "prompts"], Heard());
    }

    [Fact]
    public void What_only_the_old_one_says_is_heard_once_it_has_been_left()
    {
        _succession.Begin(_new);
        Say(_old, "tools");
        Say(_new, "prompts");
        Assert.Equal(["prompts"], Heard());

        _succession.End();
        Assert.Equal(["tools"], Heard());
    }

    [Fact]
    public void The_next_succession_knows_nothing_of_the_last()
    {
        _succession.Begin(_old);
        Say(_old, "tools");
        _succession.End();
        _succession.Begin(_new);
        Say(_old, "tools");
        _succession.End();

        Assert.Equal(["tools", "tools"], Heard());
    }

    [Fact]
    public void One_that_is_acknowledged_after_it_took_the_place_begins_nothing()
    {
        _succession.Begin(_new);
        _succession.End();
        _succession.Begin(_new);
        Say(_new, "tools");
        _succession.Begin(_old);
        Say(_new, "tools");
        _succession.End();

        Assert.Equal(["tools", "tools"], Heard());
    }

    private void Say(object speaker, string what) => _succession.Say(speaker, what, Encoding.UTF8.GetBytes(what));

    private List<string> Heard()
    {
        var heard = new List<string>();
        while (_heard.Reader.TryRead(out var message))
        {
            heard.Add(Encoding.UTF8.GetString(message.Span));
        }

        return heard;
    }
}
