using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Domain.Sync.Approvals;
using Portal.Domain.Sync.Foreign;
using Portal.Services.Credentials;
using Portal.Services.Sync.Approvals;
using Portal.Services.Sync.Foreign;
using Portal.Simulator;
using Portal.Tests;

namespace Portal.Services.Tests.Sync.Fortnight;

/// <summary>What people and servers do in the fortnight, by dice of one seed: teams that change, macros, keys, agreements, outages, somebody else's hand.</summary>
internal sealed class FortnightScript(FortnightStage stage, Random dice)
{
    private const int Macros = 9;
    private int _strangers;
    private (int Until, Func<Task> End)? _incident;

    /// <summary>Changes of teams: people who came, went or changed their address.</summary>
    public int Changes { get; private set; }
    public HashSet<string> AddedByHand { get; } = [];
    public HashSet<string> RemovedByHand { get; } = [];

    /// <summary>How often each cause was there, by the beginning of its key.</summary>
    public Dictionary<string, int> Thrown { get; } = [];
    public List<string> Log { get; } = [];

    private World World => stage.World;
    private FortnightLink Foreign => stage.Links[^1];

    /// <summary>An hour's happenings.</summary>
    /// <param name="hour">From the first on.</param>
    public async Task HourAsync(int hour)
    {
        var (day, of) = (hour / 24, hour % 24);
        if (_incident is { } running && hour >= running.Until) await EndIncidentAsync();
        if (stage.Scale.IsQuiet(day) || of >= 22) return;
        if (IncidentOf(day, of) is { } begin) await begin(hour);
        if (of == 20) return;
        foreach (var link in stage.Links.Where(_ => dice.Next(4) == 0)) Few(link);
        if (of == Macros || of == Macros + 6) Macro();
        if (of is >= 8 and <= 14 && of % 3 == 2) SomebodyElse();
    }

    public async Task EndIncidentAsync()
    {
        if (_incident is not { } running) return;
        _incident = null;
        await running.End();
    }

    /// <summary>A person looks in: allows what is held, resumes what is mended, answers what is asked.</summary>
    public async Task VisitAsync()
    {
        var approvals = stage.Portal.Get<ApprovalService>();
        foreach (var asked in (await approvals.ListAsync(new ApprovalQuery { Take = 500 }, Actors.SecondProgramManager)).Items)
        {
            try
            {
                await approvals.AllowAsync(asked.Id, new ApprovalAnswer("As the team says"), Actors.SecondProgramManager);
            }
            catch (ProblemException outdated)
            {
                Log.Add($"{stage.Now:dd HH:mm} could not allow: {outdated.Problem.Code}");
            }
        }
        if (_incident is not null) return;
        foreach (var link in (await stage.Sync.LinksAsync(Actors.ProgramManager)).Where(l => l.State is LinkState.Blocked))
        {
            Log.Add($"{stage.Now:dd HH:mm} resumed {link.TeamName}: {link.Problem?.Code}");
            await stage.Sync.ResumeAsync(link.Id, Actors.ProgramManager);
        }
        var hands = stage.Portal.Get<ForeignChangeService>();
        foreach (var question in await hands.OpenQuestionsAsync(Actors.ProgramManager)) await hands.AnswerAsync(question.LinkId, ForeignAnswer.KnownTool, "The partner's script", Actors.ProgramManager);
    }

    private void Few(FortnightLink link)
    {
        for (var n = dice.Next(3); n > 0; n--, Changes++) stage.Join(link.Team);
        if (dice.Next(3) == 0) Leave(link, 1);
        if (dice.Next(6) == 0 && Somebody(link) is { } moved)
        {
            World.ChangeAppleEmail(link.Team, moved, $"new.{moved}");
            Changes += 2;
        }
    }

    // A part of one team goes into another, as a Centercode macro does.
    private void Macro()
    {
        var (from, to) = (stage.Links[dice.Next(stage.Links.Count)], stage.Links[dice.Next(stage.Links.Count)]);
        if (from == to) return;
        foreach (var email in Leave(from, stage.Scale.PeopleOfALink / 5))
        {
            World.AddTeamMember(to.Team, "Moved", "Person", email, email);
            Changes++;
        }
    }

    private List<string> Leave(FortnightLink link, int count)
    {
        var leaving = World.TeamMembers(link.Team).Select(m => m.AppleEmail).OfType<string>().Where(e => e.StartsWith("person", StringComparison.Ordinal)).Distinct().ToArray();
        dice.Shuffle(leaving);
        var gone = leaving.Take(count).ToList();
        foreach (var email in gone) World.RemoveTeamMember(link.Team, email);
        Changes += gone.Count;
        return gone;
    }

    private string? Somebody(FortnightLink link) => World.TeamMembers(link.Team).Select(m => m.AppleEmail).OfType<string>().FirstOrDefault(e => e.StartsWith("person", StringComparison.Ordinal));

    private void SomebodyElse()
    {
        if (dice.Next(2) == 0)
        {
            var stranger = $"stranger{++_strangers}@example.com";
            World.AddTesterByHand(Foreign.GroupId, stranger);
            AddedByHand.Add(stranger);
            return;
        }
        var inTeam = stage.InTeam(Foreign).ToHashSet();
        if (stage.InGroup(Foreign).LastOrDefault(inTeam.Contains) is not { } member) return;
        World.RemoveTesterByHand(Foreign.GroupId, member);
        RemovedByHand.Add(member);
    }

    private Func<int, Task>? IncidentOf(int day, int of)
    {
        if (_incident is not null) return null;
        // A short stretch has all of it on its first day, a fortnight one kind a day.
        var kind = stage.Scale.Days < 7 ? (day, of) switch { (0, 3) => 0, (0, 6) => 1, (0, 10) => 2, (0, 13) => 3, (0, 16) => 4, (0, 19) => 5, _ => -1 }
            : of == 10 ? (day % 7) switch { 0 => 0, 1 => 1, 2 => 2, 3 => 3, 4 => 4, 6 => 5, _ => -1 } : -1;
        return kind switch { 0 => RotateAsync, 1 => RevokeAsync, 2 => OutageAsync, 3 => LapseAsync, 4 => DiceAsync, 5 => SourceAsync, _ => null };
    }

    private async Task RotateAsync(int hour)
    {
        var n = dice.Next(stage.Keys.Count);
        await ReplaceAsync(n, revokeFirst: false);
        Log.Add($"{stage.Now:dd HH:mm} rotated key {n + 1}");
    }

    private Task RevokeAsync(int hour)
    {
        var n = dice.Next(stage.Keys.Count);
        World.RevokeKey(stage.Keys[n].KeyId);
        return BeginAsync($"key:{stage.Keys[n].Id}", hour + 2, () => ReplaceAsync(n, revokeFirst: true));
    }

    private Task OutageAsync(int hour)
    {
        World.ThrowFaults(dice.Next(), 1, ["503", "504-html"]);
        return BeginAsync("apple:", hour + 2, () => Calm());
    }

    private Task LapseAsync(int hour)
    {
        World.Switches = World.Switches with { AgreementMissing = true };
        return BeginAsync("team:", hour + 2, () => Calm());
    }

    private Task DiceAsync(int hour)
    {
        World.ThrowFaults(dice.Next(), 0.1, [.. Faults.RandomKinds.Except(["401", "429", "next-foreign", "slow"])]);
        return BeginAsync("apple:", hour + 2, () => Calm());
    }

    private Task SourceAsync(int hour)
    {
        World.Switches = World.Switches with { CentercodeCutsAfterRows = stage.Scale.PeopleOfALink / 4 };
        return BeginAsync("link:", hour + 2, () => Calm());
    }

    private Task Calm()
    {
        World.Faults.Clear();
        World.Switches = World.Switches with { AgreementMissing = false, CentercodeCutsAfterRows = 0 };
        return Task.CompletedTask;
    }

    private Task BeginAsync(string cause, int until, Func<Task> end)
    {
        Thrown[cause] = Thrown.GetValueOrDefault(cause) + 1;
        _incident = (until, end);
        Log.Add($"{stage.Now:dd HH:mm} {cause}");
        return Task.CompletedTask;
    }

    private async Task ReplaceAsync(int n, bool revokeFirst)
    {
        var (id, old) = stage.Keys[n];
        var issued = World.CreateKey($"Key {n + 1}");
        await stage.Portal.Get<CredentialService>().AddVersionAsync(id, FortnightStage.Form(issued), Actors.KeyCustodian);
        if (!revokeFirst) World.RevokeKey(old);
        stage.Keys[n] = (id, issued.KeyId);
    }
}
