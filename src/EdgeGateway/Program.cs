using EdgeGateway.Cli;
using EdgeGateway.Lifecycle;

SocketThreads.Configure();

// Every verb is a file in Cli/; the gateway itself is put together in GatewayHost.
return await CommandLine.RunAsync(args, CliContext.OfProcess());
