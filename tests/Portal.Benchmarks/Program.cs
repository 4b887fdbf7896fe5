using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromAssembly(typeof(Portal.Benchmarks.PlanBenchmarks).Assembly).Run(args);
