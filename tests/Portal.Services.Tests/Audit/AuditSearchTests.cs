using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Tests;

namespace Portal.Services.Tests.Audit;

public class AuditSearchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    public async Task Search_Pages_HoldEveryEventOnceNewestFirst(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        var log = portal.Get<AuditLog>();
        var written = new List<Guid>();
        await using (var db = portal.Get<Database>().Open())
        {
            // Some at the same microsecond: the id decides.
            for (var i = 0; i < 57; i++) written.Add(log.Append(db, new AuditEntry(AuditCodes.LinkPaused, Actors.ProgramManager, "link", "l")).Id);
            await db.SaveChangesAsync(Cancel);
        }
        var seen = new List<AuditView>();
        string? next = null;
        do
        {
            var page = await log.SearchAsync(new AuditQuery(), Actors.Viewer, next, 10, Cancel);
            if (next is null) Assert.Equal(57, page.Total);
            seen.AddRange(page.Events);
            next = page.Next;
        }
        while (next is not null);

        Assert.Equal(57, seen.Count);
        Assert.Equal(written.ToHashSet(), seen.Select(e => e.Id).ToHashSet());
        Assert.Equal(seen.OrderByDescending(e => e.At).ThenByDescending(e => e.Id.ToString(), StringComparer.Ordinal).Select(e => e.Id), seen.Select(e => e.Id));
    }

    [Theory, EachDatabase]
    public async Task Search_RunsFolded_IsOneRowPerRunWithItsCounts(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        var runs = new[] { Guid.CreateVersion7(), Guid.CreateVersion7() };
        await using (var db = portal.Get<Database>().Open())
        {
            for (var i = 0; i < 7; i++) portal.Get<AuditLog>().Append(db, new AuditEntry(i == 0 ? AuditCodes.RunPlanned : AuditCodes.MemberAdded, Actors.ProgramManager, "run", null) { RunId = runs[0] });
            await db.SaveChangesAsync(Cancel);
        }
        await WriteAsync(portal, new AuditEntry(AuditCodes.LinkPaused, Actors.ProgramManager, "link", "l"));
        await WriteAsync(portal, new AuditEntry(AuditCodes.RunRequested, Actors.ProgramManager, "run", null) { RunId = runs[1] });
        await WriteAsync(portal, new AuditEntry(AuditCodes.RunSucceeded, Actors.ProgramManager, "run", null) { RunId = runs[0] });
        // Written after the end of the run, and not what it is about.
        await WriteAsync(portal, new AuditEntry(AuditCodes.MembersAdopted, Actors.ProgramManager, "link", "l") { RunId = runs[0] });
        var log = portal.Get<AuditLog>();

        var first = await log.SearchAsync(new AuditQuery { FoldRuns = true }, Actors.Viewer, null, 2, Cancel);
        var second = await log.SearchAsync(new AuditQuery { FoldRuns = true }, Actors.Viewer, first.Next, 2, Cancel);
        var narrowed = await log.SearchAsync(new AuditQuery { FoldRuns = true, Codes = ["member."] }, Actors.Viewer, null, 2, Cancel);

        Assert.Equal(["run.succeeded", "run.requested", "link.paused"], first.Events.Concat(second.Events).Select(e => e.Code));
        Assert.Equal((3, null), (first.Total, second.Next));
        Assert.Equal(9, first.Events[0].Fold?.Count);
        Assert.Equal([new("Added a person to the group", 6), new("Took over members already in the group", 1), new("Planned a sync", 1), new("A sync succeeded", 1)], first.Events[0].Fold!.Parts.OrderByDescending(p => p.Count).ThenByDescending(p => p.Sentence, StringComparer.Ordinal));
        Assert.All(first.Events.Skip(1).Concat(second.Events), one => Assert.Null(one.Fold));
        Assert.Equal(6, Assert.Single(narrowed.Events).Fold?.Count);
    }

    [Theory, EachDatabase]
    public async Task Search_EachFilter_NarrowsByIt(DatabaseKind kind)
    {
        await using var portal = await PortalFixture.StartAsync(kind);
        var (link, run, credential) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var start = portal.Clock.GetUtcNow();
        await WriteAsync(portal, new AuditEntry(AuditCodes.LinkPaused, Actors.ProgramManager, "link", link.ToString()) { LinkId = link });
        await WriteAsync(portal, new AuditEntry(AuditCodes.RunRequested, Actors.Support, "run", run.ToString()) { LinkId = link, RunId = run, Sentence = "Started 100% of it" });
        await WriteAsync(portal, new AuditEntry(AuditCodes.CredentialAdded, Actors.KeyCustodian, "credential", credential.ToString()) { CredentialId = credential });

        async Task<int> Found(AuditQuery query) => (await portal.Get<AuditLog>().SearchAsync(query, Actors.Administrator, null, 50, Cancel)).Events.Count;
        Assert.Equal(2, await Found(new AuditQuery { LinkId = link }));
        Assert.Equal(1, await Found(new AuditQuery { RunId = run }));
        Assert.Equal(1, await Found(new AuditQuery { CredentialId = credential }));
        Assert.Equal(1, await Found(new AuditQuery { ActorId = Actors.Support.Id }));
        Assert.Equal(1, await Found(new AuditQuery { Codes = [AuditCodes.LinkPaused.Name] }));
        Assert.Equal(2, await Found(new AuditQuery { Codes = ["link.", "run."] }));
        Assert.Equal(0, await Found(new AuditQuery { Codes = ["no.such-code"] }));
        Assert.Equal(1, await Found(new AuditQuery { TargetKind = "run", TargetId = run.ToString() }));
        Assert.Equal(1, await Found(new AuditQuery { Text = "paused a LINK" }));
        Assert.Equal(3, await Found(new AuditQuery { From = start.AddMinutes(-5), To = portal.Clock.GetUtcNow().AddMinutes(5) }));
        Assert.Equal(0, await Found(new AuditQuery { To = start.AddMinutes(-5) }));
    }

    [Fact]
    public async Task Search_EachRole_SeesItsScope()
    {
        await using var portal = await PortalFixture.StartAsync();
        var credential = Guid.CreateVersion7();
        await using (var db = portal.Get<Database>().Open())
        {
            db.Credentials.Add(new CredentialRow { Id = credential, Kind = CredentialKind.AppleTeamKey, Label = "L", OwnerId = Actors.KeyCustodian.Id, OwnerName = "K" });
            await db.SaveChangesAsync(Cancel);
        }
        await WriteAsync(portal, new AuditEntry(AuditCodes.LinkPaused, Actors.ProgramManager, "link", "l"));
        await WriteAsync(portal, new AuditEntry(AuditCodes.CredentialFailing, Actor.Schedule, "credential", credential.ToString()) { CredentialId = credential });
        await WriteAsync(portal, new AuditEntry(AuditCodes.CredentialFailing, Actor.Schedule, "credential", "other") { CredentialId = Guid.CreateVersion7() });
        await WriteAsync(portal, new AuditEntry(AuditCodes.SignedIn, Actors.Viewer, "session", "s"));

        async Task<int> Seen(Actor actor) => (await portal.Get<AuditLog>().SearchAsync(new AuditQuery(), actor, null, 50, Cancel)).Events.Count;
        Assert.Equal(2, await Seen(Actors.Viewer));
        Assert.Equal(1, await Seen(Actors.Support));
        Assert.Equal(1, await Seen(Actors.ProgramManager));
        Assert.Equal(2, await Seen(Actors.KeyCustodian));
        Assert.Equal(4, await Seen(Actors.SecurityReviewer));
        Assert.Equal(4, await Seen(Actors.Administrator));
        await Assert.ThrowsAsync<ProblemException>(() => Seen(Actors.Nobody));
    }

    [Fact]
    public async Task Get_EventOutsideTheScope_IsAnsweredLikeOneThatIsNot()
    {
        await using var portal = await PortalFixture.StartAsync();
        await WriteAsync(portal, new AuditEntry(AuditCodes.SignedIn, Actors.Support, "session", "s"));
        var id = (await portal.Get<AuditLog>().SearchAsync(new AuditQuery(), Actors.Support, null, 1, Cancel)).Events[0].Id;

        var hidden = await Assert.ThrowsAsync<ProblemException>(() => portal.Get<AuditLog>().GetAsync(id, Actors.Viewer, Cancel));
        var absent = await Assert.ThrowsAsync<ProblemException>(() => portal.Get<AuditLog>().GetAsync(Guid.CreateVersion7(), Actors.Viewer, Cancel));
        Assert.Equal(absent.Problem, hidden.Problem);
    }

    [Fact]
    public async Task Search_RolesThatSeeNoAddresses_GetNeitherAddressNorNameNorASearchThatTellsThem()
    {
        await using var portal = await PortalFixture.StartAsync();
        await WriteAsync(portal, new AuditEntry(AuditCodes.PersonReinvited, Actors.Support, "person", "p")
        {
            Sentence = "Invited Ana Silva (ana.silva@example.org) again", Reason = "ana.silva@example.org called",
            Personal = new Dictionary<string, object?> { ["email"] = "ana.silva@example.org", ["name"] = "Ana Silva", ["all"] = new object?[] { "Ana Silva" } },
            Addresses = [EmailAddress.TryParse("ana.silva@example.org")!],
        });
        await WriteAsync(portal, new AuditEntry(AuditCodes.LinkChanged, Actors.Support, "link", "l") { Sentence = "Note for bob.jones@example.org, and more" });
        var log = portal.Get<AuditLog>();

        foreach (var actor in Actors.All.Where(a => a.May(Permission.ReadAudit)))
        {
            var all = string.Join('\n', (await log.SearchAsync(new AuditQuery(), actor, null, 50, Cancel)).Events.Select(e => e.Sentence + e.Details));
            using var csv = new MemoryStream();
            await log.ExportAsync(new AuditQuery(), AuditFormat.JsonLines, actor, csv, Cancel);
            all += System.Text.Encoding.UTF8.GetString(csv.ToArray());
            var found = (await log.SearchAsync(new AuditQuery { Text = "ana.sil" }, actor, null, 50, Cancel)).Events.Count;
            var open = actor.May(Permission.SeeAddresses);
            Assert.Equal(open, all.Contains("ana.silva", StringComparison.Ordinal));
            Assert.Equal(open, all.Contains("Silva", StringComparison.Ordinal));
            Assert.Equal(open, all.Contains("bob.jones", StringComparison.Ordinal));
            Assert.Equal(open ? 1 : 0, found);
        }
    }

    [Fact, Trait("Invariant", "28")]
    public async Task Search_ByAddress_FindsItByHashAndRecordsWhoChecked()
    {
        await using var portal = await PortalFixture.StartAsync();
        await WriteAsync(portal, new AuditEntry(AuditCodes.MemberAdded, Actor.Schedule, "person", "p") { Addresses = [EmailAddress.TryParse("ana@example.org")!] });
        var log = portal.Get<AuditLog>();

        Assert.Single((await log.SearchAsync(new AuditQuery { Address = " ANA@example.org" }, Actors.SecurityReviewer, null, 50, Cancel)).Events);
        Assert.Empty((await log.SearchAsync(new AuditQuery { Address = "bob@example.org" }, Actors.SecurityReviewer, null, 50, Cancel)).Events);
        Assert.Empty((await log.SearchAsync(new AuditQuery { Address = "bob@example.org" }, Actors.SecurityReviewer, null, 50, Cancel)).Events);
        Assert.Single((await log.SearchAsync(new AuditQuery { Address = "ana@example.org" }, Actors.Support, null, 50, Cancel)).Events);
        Assert.Equal(3, (await log.SearchAsync(new AuditQuery { Codes = [AuditCodes.AddressChecked.Name] }, Actors.SecurityReviewer, null, 50, Cancel)).Events.Count);
        foreach (var actor in new[] { Actors.Viewer, Actors.KeyCustodian, Actors.Administrator })
        {
            var refused = await Assert.ThrowsAsync<ProblemException>(() => log.SearchAsync(new AuditQuery { Address = "ana@example.org" }, actor, null, 50, Cancel));
            Assert.Equal("access-refused", refused.Problem.Code);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("-1_00000000000000000000000000000000")]
    [InlineData("99999999999999999999_00000000000000000000000000000000")]
    [InlineData("1_zz")]
    public async Task Search_ForeignCursor_IsRefusedInWords(string cursor)
    {
        await using var portal = await PortalFixture.StartAsync();

        var refused = await Assert.ThrowsAsync<ProblemException>(() => portal.Get<AuditLog>().SearchAsync(new AuditQuery(), Actors.Viewer, cursor, 50, Cancel));
        Assert.Equal("audit-bad-cursor", refused.Problem.Code);
    }

    internal static Task WriteAsync(PortalFixture portal, AuditEntry entry) => portal.Get<AuditLog>().WriteAsync(entry, Cancel);
}
