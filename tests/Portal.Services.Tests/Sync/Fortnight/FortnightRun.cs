using Microsoft.EntityFrameworkCore;
using Portal.Domain.Sync;
using Portal.Tests;

namespace Portal.Services.Tests.Sync.Fortnight;

/// <summary>The script, the clock and two restarts a day, with a look at what grew on quiet days.</summary>
internal sealed class FortnightRun
{
    // Whom somebody else put in or out is known after the exact check, every six hours.
    private const int QuietFrom = 8, QuietTo = 23;
    private readonly FortnightStage _stage;
    private readonly Random _dice;
    private readonly FortnightClock _clock;
    private readonly FortnightScript _script;
    private readonly List<string> _wrong = [];
    private readonly DateTimeOffset _from;
    private IReadOnlyDictionary<string, int> _before = new Dictionary<string, int>();
    private bool _killDue;

    public FortnightRun(FortnightStage stage, int seed)
    {
        (_stage, _dice) = (stage, new Random(seed));
        _clock = new FortnightClock(stage);
        _script = new FortnightScript(stage, _dice);
        _from = stage.Now;
    }

    public int Kills { get; private set; }

    /// <summary>A person applies each link's first plan.</summary>
    public async Task FillAsync()
    {
        foreach (var link in _stage.Links) await _clock.RunAsync((await _stage.Sync.RequestAsync(link.Id, SyncMode.Real, Actors.ProgramManager)).RunId);
    }

    public async Task HourAsync(int hour)
    {
        var (day, of) = (hour / 24, hour % 24);
        var quiet = _stage.Scale.IsQuiet(day);
        await _script.HourAsync(hour);
        if (quiet && of == QuietFrom) _before = await FortnightLook.CountRowsAsync(_stage);
        if (quiet && of == QuietTo) _wrong.AddRange((await FortnightLook.CountRowsAsync(_stage)).Where(t => _before[t.Key] != t.Value).Select(t => $"day {day + 1} was quiet, and {t.Key} grew from {_before[t.Key]} to {t.Value}"));
        if (of == 4 || quiet && of == 16) await _clock.RestartAsync();
        // The second one of the day hits work under way.
        if (of == 16 && !quiet) _killDue = true;
        var killed = await _clock.UntilAsync(Start(hour + 1), _killDue ? _dice.Next(1, 40) : null);
        if (_killDue && killed) (_killDue, Kills) = (false, Kills + 1);
        if (of % 2 == 1) await _script.VisitAsync();
    }

    /// <summary>Nothing happens any more but what people and the portal put right.</summary>
    public async Task CalmAsync(int hours)
    {
        await _script.EndIncidentAsync();
        var hour = _stage.Scale.Days * 24;
        for (var end = hour + hours; hour < end; hour++)
        {
            await _clock.UntilAsync(Start(hour + 1));
            await _script.VisitAsync();
        }
        await _clock.SweepAsync();
    }

    public async Task<string> SumsAsync() => $"{_clock.Works} checks and runs, {_script.Changes} changes, {Kills} kills, {_stage.World.Ledger.Count} calls, {string.Join(' ', (await FortnightLook.CountRowsAsync(_stage)).Where(t => t.Key is "RunRow" or "RunItemRow" or "AlertRow" or "AuditEventRow" or "ApprovalRow").Select(t => $"{t.Key} {t.Value}"))}";

    /// <summary>What is wrong at the end; empty: nothing.</summary>
    public async Task<IReadOnlyList<string>> WrongAsync()
    {
        var look = new FortnightLook(_stage, _clock, _script);
        _wrong.AddRange(await look.GroupsAsync());
        _wrong.AddRange(await look.AlertsAsync());
        _wrong.AddRange(look.Calls());
        _wrong.AddRange(await look.RowsAsync());
        if (_wrong.Count > 0) _wrong.AddRange(_script.Log);
        return _wrong;
    }

    private DateTimeOffset Start(int hour) => _from + TimeSpan.FromHours(hour);
}
