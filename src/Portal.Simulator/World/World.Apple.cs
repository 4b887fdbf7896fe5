using System.Text.Json.Nodes;
using Portal.Simulator.AppStoreConnect;

namespace Portal.Simulator;

/// <summary>A tester as a group holds it. <paramref name="Email"/> is null for anonymous public-link testers.</summary>
public sealed record GroupMember(string Id, string? Email, string State, string InviteType);

/// <summary>A team key with its private half, handed out once. <paramref name="P8"/> is PKCS#8 PEM, as the file AuthKey_{KeyId}.p8 holds it.</summary>
public sealed record IssuedKey(string KeyId, string IssuerId, string P8);

public sealed partial class World
{
    /// <exception cref="KeyNotFoundException">No app has this name.</exception>
    public string AppId(string name)
    {
        lock (Gate)
        {
            return AppNamed(name).Id;
        }
    }

    /// <exception cref="KeyNotFoundException">No app or group has this name.</exception>
    public string GroupId(string appName, string groupName)
    {
        lock (Gate)
        {
            return AppNamed(appName).Groups.Values.FirstOrDefault(g => g.Name == groupName)?.Id
                ?? throw new KeyNotFoundException($"{appName} has no group '{groupName}'.");
        }
    }

    /// <summary>Who is in the group now, in the order they joined.</summary>
    /// <exception cref="KeyNotFoundException">There is no such group.</exception>
    public IReadOnlyList<GroupMember> GroupMembers(string groupId)
    {
        lock (Gate)
        {
            Agenda.CatchUp();
            return [.. Groups[groupId].Testers.Select(t => new GroupMember(t.Id, t.Email, t.State, t.InviteType))];
        }
    }

    /// <summary>Adds somebody as a person at Apple's page would, with the invitation Apple would send.</summary>
    public GroupMember AddTesterByHand(string groupId, string email, string? firstName = null, string? lastName = null)
    {
        lock (Gate)
        {
            var group = Groups[groupId];
            var tester = TestFlight.FindOrCreate(group.App, email, firstName, lastName);
            TestFlight.Join(tester, group);
            return new(tester.Id, tester.Email, tester.State, tester.InviteType);
        }
    }

    /// <returns>False when nobody with this address is in the group.</returns>
    public bool RemoveTesterByHand(string groupId, string email)
    {
        lock (Gate)
        {
            var group = Groups[groupId];
            return group.App.TestersByEmail.TryGetValue(email, out var tester) && TestFlight.Leave(tester, group);
        }
    }

    /// <summary>Fills a group with generated testers, for tests of size.</summary>
    public void FillGroup(string groupId, int count)
    {
        lock (Gate)
        {
            var group = Groups[groupId];
            for (var i = 0; i < count; i++)
            {
                var tester = TestFlight.Create(group.App, $"filled.{group.Id[..8]}.{group.Testers.Count:D5}@example.org", null, null);
                tester.State = "INSTALLED";
                TestFlight.Join(tester, group);
            }
        }
    }

    /// <summary>The tester taps Accept in the mail: INVITED becomes ACCEPTED, ACCEPTED becomes INSTALLED.</summary>
    /// <returns>The new state, or null when the app has no such tester or nobody invited them.</returns>
    public string? Accept(string email, string appId)
    {
        lock (Gate)
        {
            if (!Apps.TryGetValue(appId, out var app) || !app.TestersByEmail.TryGetValue(email, out var tester) || tester.State is "NOT_INVITED" or "REVOKED")
            {
                return null;
            }
            TestFlight.Accept(tester, tester.State);
            return tester.State;
        }
    }

    /// <summary>Puts a tester into any state: REVOKED is somebody who stopped testing, INSTALLED somebody who did all there is to do.</summary>
    /// <exception cref="KeyNotFoundException">The app or the tester is unknown.</exception>
    public void SetTesterState(string email, string appId, string state)
    {
        lock (Gate)
        {
            Apps[appId].TestersByEmail[email].State = state;
        }
    }

    /// <summary>
    /// Uploads a build; groups with access to all builds receive it. It goes through processing as the switches say, or stays in the
    /// state that is named. <paramref name="internalOnly"/>: no external group may have it.
    /// </summary>
    /// <returns>The id of the build.</returns>
    public string UploadBuild(string appId, string version, string number, string? externalState = null, int ageInDays = 0, bool internalOnly = false)
    {
        lock (Gate)
        {
            var build = BuildLife.Arrive(Apps[appId], version, number, Now.AddDays(-ageInDays), internalOnly ? "INTERNAL_ONLY" : "APP_STORE_ELIGIBLE");
            if (externalState is not null)
            {
                BuildLife.SetState(build, externalState);
            }
            return build.Id;
        }
    }

    /// <summary>Switches a build's auto-notify, as somebody does at App Store Connect.</summary>
    public void SetAutoNotify(string buildId, bool on)
    {
        lock (Gate)
        {
            Builds[buildId].AutoNotify = on;
        }
    }

    /// <summary>Moves a build as Apple's review or processing would.</summary>
    public void SetExternalState(string buildId, string state)
    {
        lock (Gate)
        {
            BuildLife.SetState(Builds[buildId], state);
        }
    }

    /// <summary>Decides this build's next review: APPROVED or REJECTED; null leaves it to the switch.</summary>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public void ScriptReview(string buildId, string? outcome)
    {
        if (outcome is not (null or "APPROVED" or "REJECTED"))
        {
            throw new ArgumentException("A review ends APPROVED or REJECTED.");
        }
        lock (Gate)
        {
            Builds[buildId].ReviewOutcome = outcome;
        }
    }

    /// <exception cref="ArgumentException">The kind of fault is unknown.</exception>
    public void AddFault(string kind, string? method = null, string? pathContains = null, int times = 1, int after = 0, string? keyId = null) =>
        Faults.Add(new(kind, method, pathContains, times, after, keyId));

    /// <summary>Throws dice for Apple's answers from now on; see <see cref="FaultSeed"/>. <c>Faults.Clear()</c> stops it.</summary>
    public void ThrowFaults(int seed, double rate = 0.2, IReadOnlyList<string>? kinds = null) => Faults.Throw(new(seed, rate, kinds));

    /// <summary>Moves the clock, when it is the simulator's own.</summary>
    /// <returns>False when whoever started the simulator brought another clock.</returns>
    public bool Advance(TimeSpan step)
    {
        if (Time is not VirtualClock clock)
        {
            return false;
        }
        clock.Advance(step);
        return true;
    }

    internal Switches ChangeSwitches(JsonObject changes)
    {
        lock (Gate)
        {
            Turn(switches.With(changes));
            return switches;
        }
    }

    private App AppNamed(string name) => Apps.Values.FirstOrDefault(a => a.Name == name) ?? throw new KeyNotFoundException($"There is no app '{name}'.");
}
