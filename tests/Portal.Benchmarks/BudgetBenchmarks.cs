using BenchmarkDotNet.Attributes;
using Portal.Domain.TestFlight.Calls;

namespace Portal.Benchmarks;

/// <summary>
/// What one decision of the budget costs, with an hour of calls behind it. Baseline: counting the hour by walking through it.
/// <code>dotnet run -c Release --project tests/Portal.Benchmarks -- --filter '*Budget*'</code>
/// </summary>
[MemoryDiagnoser]
public class BudgetBenchmarks
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private CallSituation _key;

    /// <summary>Calls of the hour.</summary>
    [Params(100, 3_500)]
    public int Calls { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var log = new CallLog();
        for (var i = 0; i < Calls; i++) log.Add(Now - (CallBudget.Hour * (Calls - i) / (Calls + 1)));
        _key = new CallSituation(log, 2, 4, CallLimits.Assumed);
    }

    [Benchmark(Baseline = true)]
    public int CountTheHour()
    {
        var count = 0;
        for (var i = 0; i < _key.Done.Count; i++) count += _key.Done[i] > Now - CallBudget.Hour ? 1 : 0;
        return count;
    }

    [Benchmark]
    public CallDecision Decide() => CallBudget.Decide(_key, atScreen: false, Now);

    [Benchmark]
    public CallForecast ForecastTenThousand() => CallForecast.Of(10_000, _key, TimeSpan.FromMilliseconds(400), Now);
}
