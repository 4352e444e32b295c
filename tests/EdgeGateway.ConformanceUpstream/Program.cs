using EdgeGateway.ConformanceUpstream;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;

// The official C# SDK's server with what the conformance suite asks for: sessions for clients that begin with initialize, none for
// the others, on one endpoint.
var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Configuration["AllowedHosts"] = "127.0.0.1;localhost";
builder.Services
    .AddMcpServer(options => options.ServerInfo = new Implementation { Name = "conformance-upstream", Version = "1.0.0" })
    .WithHttpTransport(options => options.SessionMode = HttpServerSessionMode.StatefulForInitializeClients)
    .WithListToolsHandler((_, _) => ValueTask.FromResult(Tools.List()))
    .WithCallToolHandler(Tools.CallAsync)
    .WithListPromptsHandler((_, _) => ValueTask.FromResult(Prompts.List()))
    .WithGetPromptHandler((request, _) => ValueTask.FromResult(Prompts.Get(request.Params!)))
    .WithListResourcesHandler((_, _) => ValueTask.FromResult(Resources.List()))
    .WithListResourceTemplatesHandler((_, _) => ValueTask.FromResult(Resources.Templates()))
    .WithReadResourceHandler((request, _) => ValueTask.FromResult(Resources.Read(request.Params!.Uri)))
    .WithSubscribeToResourcesHandler((_, _) => ValueTask.FromResult(new EmptyResult()))
    .WithUnsubscribeFromResourcesHandler((_, _) => ValueTask.FromResult(new EmptyResult()))
    .WithSetLoggingLevelHandler((_, _) => ValueTask.FromResult(new EmptyResult()))
    .WithCompleteHandler((_, _) => ValueTask.FromResult(new CompleteResult { Completion = new Completion { Values = ["paris", "park"], Total = 2 } }));

await using var app = builder.Build();
app.MapMcp("/mcp");
await app.StartAsync();
Console.WriteLine($"listening on {app.Urls.Single()}/mcp");
await app.WaitForShutdownAsync();
