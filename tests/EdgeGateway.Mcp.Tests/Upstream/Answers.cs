using System.Text;
using EdgeGateway.Mcp.Upstream;
using Microsoft.AspNetCore.Http;

namespace EdgeGateway.Mcp.Tests.Upstream;

/// <summary>What a scripted upstream does, and short ways to look at what came of it.</summary>
internal static class Answers
{
    /// <summary>Sends the body at once, with its length unless it is to be chunked.</summary>
    public static async Task AnswerAsync(this HttpContext context, int status, string? contentType = null, string body = "", bool chunked = false)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        var bytes = Encoding.UTF8.GetBytes(body);
        if (!chunked && status is not (202 or 204))
            context.Response.ContentLength = bytes.Length;
        await context.Response.StartAsync();
        await context.Response.Body.WriteAsync(bytes);
    }

    /// <summary>Sends this much of an answer and cuts the connection, at once or when the test has seen it.</summary>
    public static async Task BreakAsync(this HttpContext context, string contentType, string part, Task? seen = null)
    {
        context.Response.ContentType = contentType;
        await context.Response.WriteAsync(part);
        await context.Response.Body.FlushAsync();
        await (seen ?? Task.CompletedTask);
        context.Abort();
    }

    /// <summary>Waits until the client has gone.</summary>
    public static async Task UntilAbortedAsync(this HttpContext context)
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(() => gone.TrySetResult());
        await gone.Task;
    }

    public static KeyValuePair<string, string> Header(string name, string value) => new(name, value);

    public static async Task<string> TextAsync(this UpstreamReply reply)
    {
        using var reader = new StreamReader(reply.Body);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
