using BenchmarkDotNet.Running;
using Portal.Benchmarks;

// What takes minutes and hours is a table of its own; what takes milliseconds is BenchmarkDotNet's.
switch (args.FirstOrDefault())
{
    case "calls":
        return await CallTable.PrintAsync();
    case "time":
        return await TimeTable.PrintAsync();
    case "time-limited":
        return await TimeTable.PrintLimitedAsync();
    case "first-fill":
        return await FirstFillTable.PrintAsync();
    case "pages":
        return await PageTable.PrintAsync();
    case "audit":
        return await AuditTable.PrintAsync(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 1_000_000);
    default:
        Console.WriteLine("Tables: calls, time, time-limited, first-fill, pages, audit. Measurements: --filter '*Plan*', '*Budget*', '*Simulator*'.");
        BenchmarkSwitcher.FromAssembly(typeof(PlanBenchmarks).Assembly).Run(args);
        return 0;
}
