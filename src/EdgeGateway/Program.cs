using EdgeGateway.Cli;

// Every verb is a file in Cli/; the gateway itself is put together in GatewayHost.
return await CommandLine.RunAsync(args, CliContext.OfProcess());
