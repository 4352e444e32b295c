using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace EdgeGateway.Tests.DataPath.Watching;

/// <summary>One open stream of a server, which a test speaks on.</summary>
internal sealed class Listened(string credential)
{
    private readonly Channel<string> _said = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The Authorization it was opened with.</summary>
    public string Credential { get; } = credential;

    /// <summary>Completes when its listener has gone.</summary>
    public Task Left => _left.Task;

    public void Say(string message) => _said.Writer.TryWrite(message);

    /// <summary>Passes on what is said until the listener goes.</summary>
    public async Task SpeakAsync(HttpContext http)
    {
        try
        {
            await foreach (var message in _said.Reader.ReadAllAsync(http.RequestAborted))
            {
                await http.Response.WriteAsync($"data: {message}\n\n");
                await http.Response.Body.FlushAsync();
            }
        }
        catch (OperationCanceledException)
        {
            _left.TrySetResult();
        }
    }
}
