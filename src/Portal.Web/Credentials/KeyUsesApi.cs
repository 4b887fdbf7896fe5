using Microsoft.AspNetCore.Http.HttpResults;
using Portal.Domain.Audit;
using Portal.Domain.Credentials;
using Portal.Domain.SignIn;
using Portal.Services.Credentials;
using Portal.Web.Api;
using Portal.Web.SignIn;

namespace Portal.Web.Credentials;

/// <summary>The key-use ledger over REST, and its downloads behind the page.</summary>
internal static class KeyUsesApi
{
    /// <summary>Adds the endpoints to the API's group.</summary>
    public static void MapKeyUses(this RouteGroupBuilder api)
    {
        var uses = api.MapGroup("/key-uses").WithTags("Key uses").RequireAuthorization(nameof(Permission.ReadAudit));
        uses.MapGet("", ListAsync).WithSummary("Requests made with keys, newest first")
            .WithDescription("Filters: credential, run, actor, person (part of a name), when (day, week, month, this-month, last-month, or a time), to, method, purpose, app, outcome (Succeeded, Refused, NoAnswer, NotSent), flag (FirstOnApp, OddHours, WroteOutsideRun, Refused, NoOutcome). fold=true gives one line a run. Read on with after=next of the page before; size is at most 500.");
        uses.MapGet("/choices", async (KeyUseLedger ledger, CallerActor caller, CancellationToken cancel) => Choices.Of(await ledger.ChoicesAsync(caller.Actor, cancel))).WithSummary("What the filters can be set to");
        uses.MapGet("/days/{credential:guid}", DaysAsync).WithSummary("One key's uses day by day, UTC").WithDescription("when and to as for the list; thirty days back without them, 92 at most.");
        uses.MapGet("/export", ExportAsync).WithSummary("Every matching use, oldest first, as CSV or JSON lines")
            .WithDescription("format is csv or jsonl; the filters are those of the list. The export is itself an event.").Produces<string>(StatusCodes.Status200OK, "text/csv", "application/x-ndjson");
    }

    /// <summary>The downloads behind the page, with the session's cookie.</summary>
    public static void MapKeyUsesExport(this IEndpointRouteBuilder app) => app.MapGet("/key-uses/export", ExportAsync)
        .RequireAuthorization(nameof(Permission.ReadAudit)).AddEndpointFilter(ApiProblems.FilterAsync).ExcludeFromDescription();

    private static async Task<Ok<KeyUsePage>> ListAsync([AsParameters] KeyUsesInAddress filters, KeyUseLedger ledger, CallerActor caller, TimeProvider time, CancellationToken cancel, string? after = null, int size = 100, bool fold = false) =>
        TypedResults.Ok(await ledger.ListAsync(filters.Read().ToFilter(time.GetUtcNow()), caller.Actor, after, size, fold, cancel));

    private static async Task<Ok<IReadOnlyList<KeyUseDay>>> DaysAsync(Guid credential, [AsParameters] KeyUsesInAddress filters, KeyUseLedger ledger, CallerActor caller, TimeProvider time, CancellationToken cancel)
    {
        var asked = filters.Read().ToFilter(time.GetUtcNow());
        return TypedResults.Ok(await ledger.DaysAsync(credential, asked.From, asked.To, caller.Actor, cancel));
    }

    private static async Task ExportAsync([AsParameters] KeyUsesInAddress filters, KeyUseLedger ledger, HttpContext http, TimeProvider time, CancellationToken cancel, string format = "csv")
    {
        var now = time.GetUtcNow();
        var lines = format.Equals("jsonl", StringComparison.OrdinalIgnoreCase);
        http.Response.ContentType = lines ? "application/x-ndjson; charset=utf-8" : "text/csv; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"key-uses-{now.UtcDateTime:yyyyMMdd-HHmmss}.{(lines ? "jsonl" : "csv")}\"";
        await ledger.ExportAsync(filters.Read().ToFilter(now), lines ? AuditFormat.JsonLines : AuditFormat.Csv, CallerActor.Of(http).Actor, http.Response.Body, cancel);
    }

    /// <summary>An id and what people call it.</summary>
    public sealed record Choice(string Id, string Name);

    /// <summary>What the filters can be set to.</summary>
    public sealed record Choices(IReadOnlyList<Choice> Actors, IReadOnlyList<string> Purposes, IReadOnlyList<Choice> Apps)
    {
        internal static Choices Of(KeyUseChoices all) => new([.. all.Actors.Select(a => new Choice(a.Id, a.Name))], all.Purposes, [.. all.Apps.Select(a => new Choice(a.Id, a.Name))]);
    }
}

/// <summary>The filters as query parameters.</summary>
public sealed record KeyUsesInAddress(Guid? Credential, Guid? Run, string? Actor, string? Person, string? When, string? To, string? Method, string? Purpose, string? App, string? Outcome, string? Flag)
{
    internal KeyUseFilters Read() => new() { Credential = Credential, Run = Run, Actor = Actor, Person = Person, When = When, To = To, Method = Method, Purpose = Purpose, App = App, Outcome = Outcome, Flag = Flag };
}
