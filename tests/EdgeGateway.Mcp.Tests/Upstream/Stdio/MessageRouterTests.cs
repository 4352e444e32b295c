using System.Text;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Mcp.Upstream.Stdio;

namespace EdgeGateway.Mcp.Tests.Upstream.Stdio;

/// <summary>Whom a message is for, and how it gets there.</summary>
public sealed class MessageRouterTests
{
    private readonly MessageRouter _router = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task An_answer_is_dealt_with_on_the_thread_that_read_it()
    {
        var dealing = ThreadOfAsync(Begin("1"));

        var reading = Environment.CurrentManagedThreadId;
        Route("""{"jsonrpc":"2.0","id":1,"result":{}}""");

        Assert.Equal(reading, await dealing);

        static async Task<int> ThreadOfAsync(RunningRequest request)
        {
            await request.FirstAsync(Cancelled).ConfigureAwait(false);
            return Environment.CurrentManagedThreadId;
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_finds_its_request_however_its_id_is_spelled()
    {
        var (slash, number) = (FirstAsync(Begin("\"a/b\"")), FirstAsync(Begin("7")));

        Route("""{"jsonrpc":"2.0","id":7.0,"result":"number"}""");
        Route("""{"jsonrpc":"2.0","id":"a\/b","result":"slash"}""");

        Assert.Contains("slash", await slash, StringComparison.Ordinal);
        Assert.Contains("number", await number, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_in_use_is_in_use_in_every_spelling()
    {
        Begin("\"a/b\"");

        Assert.Null(TryBegin("\"a\\/b\""));
        Assert.NotNull(TryBegin("\"ab\""));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_comes_after_the_first_message_waits_in_order()
    {
        var request = Begin("1");
        Route("""{"jsonrpc":"2.0","method":"notifications/message","params":{"data":1}}""");
        Route("""{"jsonrpc":"2.0","method":"notifications/message","params":{"data":2}}""");
        Route("""{"jsonrpc":"2.0","id":1,"result":{}}""");

        Assert.Contains("\"data\":1", await FirstAsync(request), StringComparison.Ordinal);
        Assert.Contains("\"data\":2", Encoding.UTF8.GetString((await request.Others.TakeAsync(Cancelled))!), StringComparison.Ordinal);
        Assert.Same(request.AnswerMessage, await request.Others.TakeAsync(Cancelled));
        Assert.Null(await request.Others.TakeAsync(Cancelled));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_comes_once_and_a_second_one_is_dropped()
    {
        var waiting = FirstAsync(Begin("1"));

        Assert.Equal(Routed.Delivered, Route("""{"jsonrpc":"2.0","id":1,"result":"first"}"""));
        Assert.Equal(Routed.Dropped, Route("""{"jsonrpc":"2.0","id":1,"result":"second"}"""));

        Assert.Contains("first", await waiting, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_gives_up_hears_it_and_an_answer_that_comes_later_hurts_nobody()
    {
        using var giveUp = new CancellationTokenSource();
        var waiting = FirstUnlessAsync(Begin("1"), giveUp.Token);

        await giveUp.CancelAsync();
        Assert.Equal(Routed.Delivered, Route("""{"jsonrpc":"2.0","id":1,"result":{}}"""));

        var gaveUp = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(giveUp.Token, gaveUp.CancellationToken);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_that_came_first_stays_when_the_wait_is_given_up()
    {
        using var giveUp = new CancellationTokenSource();
        var request = Begin("1");
        Route("""{"jsonrpc":"2.0","id":1,"result":{}}""");

        await giveUp.CancelAsync();

        Assert.Contains("result", await FirstUnlessAsync(request, giveUp.Token), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_hears_of_the_end_goes_on_at_once_and_finds_nothing_running()
    {
        var (request, another) = (Begin("1"), Begin("2"));
        var waiting = EndAsync();
        var other = FirstAsync(another);

        _router.Close(StdioFaults.Ended(7));

        Assert.Equal(UpstreamFaultKind.ConnectionLost, (await Assert.ThrowsAsync<UpstreamException>(() => waiting)).Fault.Kind);
        await Assert.ThrowsAsync<UpstreamException>(() => other);
        Assert.Null(TryBegin("3"));

        async Task EndAsync()
        {
            try
            {
                await FirstAsync(request).ConfigureAwait(false);
            }
            finally
            {
                Assert.False(_router.End(another));
            }
        }
    }

    private RunningRequest Begin(string id) => TryBegin(id)!;

    private RunningRequest? TryBegin(string id)
    {
        var message = Encoding.UTF8.GetBytes($$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"x"}}""");
        Assert.Equal(EnvelopeError.None, Envelope.Read(message, out var envelope));
        return _router.TryBegin(message, envelope, isOurs: false);
    }

    private Routed Route(string line) => _router.Route(Encoding.UTF8.GetBytes(line), out _);

    private static Task<string> FirstAsync(RunningRequest request) => FirstUnlessAsync(request, Cancelled);

    private static async Task<string> FirstUnlessAsync(RunningRequest request, CancellationToken givenUp) =>
        Encoding.UTF8.GetString(await request.FirstAsync(givenUp).ConfigureAwait(false));
}
