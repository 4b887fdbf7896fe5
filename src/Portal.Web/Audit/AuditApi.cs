using Microsoft.AspNetCore.Http.HttpResults;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Web.Api;
using Portal.Web.SignIn;

namespace Portal.Web.Audit;

/// <summary>The audit over REST, and its downloads behind the page: the same service the page calls.</summary>
internal static class AuditApi
{
    /// <summary>Adds the endpoints to the API's group.</summary>
    public static void MapAudit(this RouteGroupBuilder api)
    {
        var audit = api.MapGroup("/audit").WithTags("Audit").RequireAuthorization(nameof(Permission.ReadAudit));
        audit.MapGet("", ListAsync).WithSummary("Events, newest first")
            .WithDescription("Filters: when (hour, day, week, month, or a time), to, actor, code (or a feature such as link.), target (kind:id), link, run, credential, q. Read on with after=next of the page before; size is at most 500. Roles that may not see addresses get masked words.");
        audit.MapPost("/search", SearchAsync).WithSummary("Events of a question in the body").WithDescription("For what must not stand in an address, such as an e-mail address.");
        audit.MapGet("/{id:guid}", GetAsync).WithSummary("One event with the canonical JSON that is hashed").ProducesProblem(StatusCodes.Status404NotFound);
        audit.MapGet("/export", ExportAsync).WithSummary("Every matching event, oldest first, as CSV or JSON lines")
            .WithDescription("format is csv or jsonl; the filters are those of the list. The export is itself an event.").Produces<string>(StatusCodes.Status200OK, "text/csv", "application/x-ndjson");
        audit.MapAuditProof();
    }

    /// <summary>The downloads behind the page, with the session's cookie.</summary>
    public static void MapAuditExport(this IEndpointRouteBuilder app) => app.MapGet("/audit/export", ExportAsync)
        .RequireAuthorization(nameof(Permission.ReadAudit)).AddEndpointFilter(ApiProblems.FilterAsync).ExcludeFromDescription();

    private static async Task<Ok<AuditSlice>> ListAsync([AsParameters] FiltersInAddress filters, AuditLog audit, CallerActor caller, TimeProvider time, CancellationToken cancel, string? after = null, int size = 50) =>
        TypedResults.Ok(await audit.SearchAsync(filters.Read().ToQuery(time.GetUtcNow()), caller.Actor, after, size, cancel));

    private static async Task<Ok<AuditSlice>> SearchAsync(AuditSearch search, AuditLog audit, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await audit.SearchAsync(search.Query ?? new AuditQuery(), caller.Actor, search.After, search.Size, cancel));

    private static async Task<Ok<AuditDetail>> GetAsync(Guid id, AuditLog audit, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await audit.GetAsync(id, caller.Actor, cancel));

    private static async Task ExportAsync([AsParameters] FiltersInAddress filters, AuditLog audit, HttpContext http, TimeProvider time, CancellationToken cancel, string format = "csv")
    {
        var now = time.GetUtcNow();
        var lines = format.Equals("jsonl", StringComparison.OrdinalIgnoreCase);
        http.Response.ContentType = lines ? "application/x-ndjson; charset=utf-8" : "text/csv; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"audit-{now.UtcDateTime:yyyyMMdd-HHmmss}.{(lines ? "jsonl" : "csv")}\"";
        await audit.ExportAsync(filters.Read().ToQuery(now), lines ? AuditFormat.JsonLines : AuditFormat.Csv, CallerActor.Of(http).Actor, http.Response.Body, cancel);
    }
}

/// <summary>A question to the audit.</summary>
/// <param name="Query">What is asked; null: everything.</param>
/// <param name="After">The page before's <c>next</c>.</param>
/// <param name="Size">At most 500.</param>
public sealed record AuditSearch(AuditQuery? Query = null, string? After = null, int Size = 50);

/// <summary>The filters as query parameters.</summary>
public sealed record FiltersInAddress(string? When, string? To, string? Actor, string? Code, string? Target, Guid? Link, Guid? Run, Guid? Credential, string? Q)
{
    internal AuditFilters Read() => new() { When = When, To = To, Actor = Actor, Code = Code, Target = Target, Link = Link, Run = Run, Credential = Credential, Q = Q };
}
