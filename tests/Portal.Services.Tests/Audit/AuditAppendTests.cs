using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.EntityFrameworkCore;
using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Services.Data;
using Portal.Tests;

namespace Portal.Services.Tests.Audit;

public class AuditAppendTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact, Trait("Invariant", "28")]
    public async Task Append_SaveThatFails_LeavesNeitherRowNorEvent()
    {
        var id = Guid.CreateVersion7();
        await using (var db = portal.Get<Database>().Open())
        {
            db.Credentials.Add(Credential(id));
            await db.SaveChangesAsync(Cancel);
        }
        var before = await CountAsync();

        await using (var db = portal.Get<Database>().Open())
        {
            db.Credentials.Add(Credential(id));
            portal.Get<AuditLog>().Append(db, new AuditEntry(AuditCodes.CredentialAdded, Actors.KeyCustodian, "credential", id.ToString()));
            await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync(Cancel));
        }

        Assert.Equal(before, await CountAsync());
    }

    [Theory, EachDatabase]
    [Trait("Invariant", "28")]
    public async Task Append_SaveThatSucceeds_CommitsRowEventTextAndHashTogether(DatabaseKind kind)
    {
        await using var own = await PortalFixture.StartAsync(kind);
        var id = Guid.CreateVersion7();
        await using (var db = own.Get<Database>().Open())
        {
            db.Credentials.Add(Credential(id));
            own.Get<AuditLog>().Append(db, Entry(AuditCodes.CredentialAdded, "ana@example.org", "Ana Silva"));
            await db.SaveChangesAsync(Cancel);
        }

        await using var read = own.Get<Database>().Open();
        var row = await read.AuditEvents.SingleAsync(Cancel);
        var text = await read.AuditTexts.SingleAsync(Cancel);
        var hash = own.Get<AddressHash>().Of(EmailAddress.TryParse("ANA@example.org")!);
        Assert.Equal(hash, (await read.AuditAddresses.SingleAsync(Cancel)).AddressHash);
        Assert.Equal(text.EventId, row.Id);
        using var payload = JsonDocument.Parse(row.Payload);
        Assert.Equal(Convert.ToHexStringLower(AuditLog.Commitment(text.Salt, row.ActorId, row.ActorName, text.Sentence, text.Details)), payload.RootElement.GetProperty("text").GetString());
        Assert.Equal(CanonicalJson.Time(row.At), payload.RootElement.GetProperty("at").GetString());
    }

    [Fact, Trait("Invariant", "28")]
    public async Task Append_EveryCodeAndAnyPerson_PutsNoPersonalDataIntoWhatIsHashed()
    {
        var codes = AuditCodes.All.Values.ToList();
        await using var db = portal.Get<Database>().Open();

        Gen.Select(Gen.Int[0, codes.Count - 1], Gen.String[Gen.Char['a', 'z'], 6, 12], Gen.String[Gen.Char['A', 'Z'], 6, 12]).Sample((index, local, name) =>
        {
            var row = portal.Get<AuditLog>().Append(db, Entry(codes[index], $"{local}@example.org", name));
            var payload = Encoding.UTF8.GetString(row.Payload);
            db.ChangeTracker.Clear();
            return !payload.Contains(local, StringComparison.OrdinalIgnoreCase) && !payload.Contains(name, StringComparison.OrdinalIgnoreCase)
                && !payload.Contains('@', StringComparison.Ordinal) && !payload.Contains(Actors.Support.Id, StringComparison.Ordinal);
        }, iter: 20 * codes.Count, threads: 1);     // one context, one thread
    }

    [Fact]
    public async Task Append_Payload_IsItsOwnCanonicalForm()
    {
        await using var db = portal.Get<Database>().Open();
        var row = portal.Get<AuditLog>().Append(db, Entry(AuditCodes.PersonReinvited, "zoë@example.org", "Zoë \"Z\"\n"));

        using var parsed = JsonDocument.Parse(row.Payload);
        Assert.Equal(row.Payload, CanonicalJson.Write(Members(parsed.RootElement)));
        Assert.Equal(row.Payload, CanonicalJson.Write(Members(parsed.RootElement).Reverse().ToDictionary()));
    }

    [Fact, Trait("Invariant", "30")]
    public async Task Get_TextErasedOrTampered_SaysSoAndKeepsThePayload()
    {
        var log = portal.Get<AuditLog>();
        await using var db = portal.Get<Database>().Open();
        var kept = log.Append(db, Entry(AuditCodes.PersonReinvited, "kept@example.org", "Kept"));
        var changed = log.Append(db, Entry(AuditCodes.PersonReinvited, "changed@example.org", "Changed"));
        var erased = log.Append(db, Entry(AuditCodes.PersonReinvited, "erased@example.org", "Erased"));
        await db.SaveChangesAsync(Cancel);
        await db.AuditTexts.Where(t => t.EventId == changed.Id).ExecuteUpdateAsync(set => set.SetProperty(t => t.Sentence, "Something else"), Cancel);
        await db.AuditTexts.Where(t => t.EventId == erased.Id).ExecuteDeleteAsync(Cancel);

        Assert.True((await log.GetAsync(kept.Id, Actors.ProgramManager, Cancel)).TextHolds);
        Assert.False((await log.GetAsync(changed.Id, Actors.ProgramManager, Cancel)).TextHolds);
        var gone = await log.GetAsync(erased.Id, Actors.ProgramManager, Cancel);
        Assert.Null(gone.TextHolds);
        Assert.Equal(AuditCodes.PersonReinvited.Sentence, gone.Event.Sentence);
        Assert.Contains(erased.Id.ToString(), gone.Payload, StringComparison.Ordinal);
    }

    private async Task<int> CountAsync()
    {
        await using var db = portal.Get<Database>().Open();
        return await db.AuditEvents.CountAsync(Cancel);
    }

    private static Dictionary<string, object?> Members(JsonElement element) => element.EnumerateObject().ToDictionary(p => p.Name, p => Value(p.Value));

    private static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => Members(value),
        JsonValueKind.Array => value.EnumerateArray().Select(Value),
        JsonValueKind.Number => value.GetInt64(),
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetBoolean(),
    };

    private static CredentialRow Credential(Guid id) => new() { Id = id, Kind = CredentialKind.CentercodeApiKey, Label = "Acme", OwnerId = Actors.KeyCustodian.Id, OwnerName = "K" };

    private static AuditEntry Entry(AuditCode code, string address, string name) => new(code, Actors.Support, "person", "p-1")
    {
        Sentence = $"{code.Sentence}: {name} <{address}>",
        Facts = new Dictionary<string, object?> { ["attempt"] = 1, ["codes"] = new object?[] { "a", null, true } },
        Personal = new Dictionary<string, object?> { ["email"] = address, ["name"] = name },
        Addresses = [EmailAddress.TryParse(address)!],
        Reason = $"{name} asked for it",
    };
}
