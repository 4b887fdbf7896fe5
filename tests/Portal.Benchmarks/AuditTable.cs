using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Portal.Domain.Audit;
using Portal.Services.Audit;
using Portal.Services.Audit.Proof;
using Portal.Services.Data;
using Portal.Tests;

namespace Portal.Benchmarks;

/// <summary>
/// A record of a million events on SQLite: taking them in, reading all of it, searching in it, and appending while it is read.
/// <code>dotnet run -c Release --project tests/Portal.Benchmarks -- audit [events]</code>
/// </summary>
internal static class AuditTable
{
    private const int Batch = 2000;

    public static async Task<int> PrintAsync(int events)
    {
        await using var portal = await PortalFixture.StartAsync(settings: new Dictionary<string, string?> { [PortalFixture.Quiet] = "true" });
        var table = new Table($"Audit of {events:N0} events, SQLite", "what", "took", "bar", "");
        table.Add("write and number all", Table.Seconds(await FillAsync(portal, events)), "–", "");
        var checkpoint = Stopwatch.StartNew();
        await portal.Get<CheckpointSigner>().SignAsync(default);
        table.Add("sign the first checkpoint over all", Table.Seconds(checkpoint.Elapsed), "–", "");
        var read = await portal.Get<AuditReading>().RunAsync((_, _) => { }, default);
        if (!read.IsWhole || read.WholeUpTo != events) throw new InvalidOperationException(string.Join(' ', read.Findings));
        table.Add("verify all", Table.Seconds(read.Took), "60 s", table.Verdict(read.Took < TimeSpan.FromSeconds(60)));
        foreach (var (what, query) in Questions(portal.Clock.GetUtcNow()))
        {
            var took = await MedianAsync(7, () => portal.Get<AuditLog>().SearchAsync(query, Actors.SecurityReviewer));
            table.Add($"search: {what}, median of 7", Milliseconds(took), "300 ms", table.Verdict(took.TotalMilliseconds < 300));
        }
        var append = await UnderLoadAsync(portal);
        table.Add("append while it is read and numbered, median of 2,000", Milliseconds(append), "5 ms", table.Verdict(append.TotalMilliseconds < 5));
        return table.Print();
    }

    private static IEnumerable<(string, AuditQuery)> Questions(DateTimeOffset now)
    {
        yield return ("newest", new AuditQuery());
        yield return ("one code", new AuditQuery { Codes = [AuditCodes.PersonAdded.Name] });
        yield return ("one person, last day", new AuditQuery { ActorId = Actors.Support.Id, From = now - TimeSpan.FromDays(1) });
        yield return ("one target", new AuditQuery { TargetKind = "link", TargetId = "link-4711" });
    }

    private static async Task<TimeSpan> FillAsync(PortalFixture portal, int events)
    {
        var watch = Stopwatch.StartNew();
        for (var done = 0; done < events; done += Batch)
        {
            await using (var db = portal.Get<Database>().Open())
            {
                for (var i = done; i < Math.Min(done + Batch, events); i++)
                {
                    portal.Clock.Advance(TimeSpan.FromMilliseconds(20));
                    portal.Get<AuditLog>().Append(db, Entry(i));
                }
                await db.SaveChangesAsync();
            }
            while (await portal.Get<AuditSequencer>().NumberAsync(default) > 0)
            {
            }
        }
        return watch.Elapsed;
    }

    private static AuditEntry Entry(int i) => new(i % 3 == 0 ? AuditCodes.LinkChanged : AuditCodes.PersonAdded, i % 2 == 0 ? Actors.ProgramManager : Actors.Support, "link", $"link-{i % 9000}")
    {
        LinkId = Guid.CreateVersion7(), Reason = "Asked by the team", Facts = new Dictionary<string, object?> { ["number"] = i, ["what"] = "policy" }, Sentence = $"Changed link {i % 9000}",
    };

    private static async Task<TimeSpan> UnderLoadAsync(PortalFixture portal)
    {
        using var stop = new CancellationTokenSource();
        var reading = Task.Run(() => portal.Get<AuditReading>().RunAsync((_, _) => { }, stop.Token));
        var numbering = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await portal.Get<AuditSequencer>().NumberAsync(default);
                await Task.Delay(TimeSpan.FromMilliseconds(200));
            }
        });
        var at = 0;
        var median = await MedianAsync(2000, () => portal.Get<AuditLog>().WriteAsync(Entry(at++), default));
        await stop.CancelAsync();
        await numbering;
        await reading.ContinueWith(_ => { }, TaskScheduler.Default);
        return median;
    }

    private static async Task<TimeSpan> MedianAsync(int times, Func<Task> act)
    {
        var took = new List<TimeSpan>();
        for (var i = 0; i < times; i++)
        {
            var watch = Stopwatch.StartNew();
            await act();
            took.Add(watch.Elapsed);
        }
        return took.Order().ElementAt(times / 2);
    }

    private static string Milliseconds(TimeSpan time) => $"{time.TotalMilliseconds:N1} ms";
}
