using Portal.Cli;

return await CommandLine.RunAsync(args, Surroundings.OfThisProcess());
