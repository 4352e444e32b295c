namespace EdgeGateway.LoadTests.Engine;

/// <summary>The end of a run whose last steps do not end.</summary>
internal static class Patience
{
    /// <summary>A gateway answers a request that finds no session after 30 s by default; a step that takes longer is never answered.</summary>
    private static readonly TimeSpan AfterTheEnd = TimeSpan.FromSeconds(45);

    /// <summary>Long enough for a broken connection to be noticed.</summary>
    private static readonly TimeSpan AfterGivingUp = TimeSpan.FromSeconds(10);

    /// <param name="steps">All of them.</param>
    /// <param name="during">How long steps are begun.</param>
    /// <param name="clients">Whose connections end when patience does.</param>
    /// <param name="givenUp">Told.</param>
    public static async Task WaitAsync(Task steps, TimeSpan during, IReadOnlyList<Client> clients, CancellationTokenSource givenUp)
    {
        try
        {
            await steps.WaitAsync(during + AfterTheEnd, givenUp.Token);
        }
        catch (TimeoutException)
        {
            await givenUp.CancelAsync();
            await Task.WhenAll(clients.Select(client => client.LeaveAsync().AsTask()));
            await steps.WaitAsync(AfterGivingUp);
        }
    }
}
