using Microsoft.AspNetCore.Http.HttpResults;
using Portal.Domain.Audit.Proof;
using Portal.Domain.SignIn;
using Portal.Services.Audit;
using Portal.Web.SignIn;

namespace Portal.Web.Audit;

/// <summary>Proofs of the record over REST: for those who read the whole audit.</summary>
internal static class AuditProofApi
{
    public static void MapAuditProof(this RouteGroupBuilder audit)
    {
        audit.MapGet("/verification", async (AuditProofService proofs, CallerActor caller, CancellationToken cancel) => TypedResults.Ok(await proofs.StateAsync(caller.Actor, cancel)))
            .WithSummary("How the record stands, how far a reading of it is, and what the last one found");
        audit.MapPost("/verification", VerifyAsync).WithSummary("Read the whole record now and say what is wrong with it")
            .WithDescription("Answers when the reading is at its end; joins one that is under way. A finding names the kind of damage, the first bad event's number, and the last one where only the interval between two checkpoints is known.");
        audit.MapGet("/checkpoint", async (AuditProofService proofs, CallerActor caller, CancellationToken cancel) => TypedResults.Ok(await proofs.CheckpointAsync(caller.Actor, cancel)))
            .WithSummary("The last signed checkpoint").ProducesProblem(StatusCodes.Status404NotFound);
        audit.MapPost("/checkpoint", async (AuditProofService proofs, CallerActor caller, CancellationToken cancel) => TypedResults.Ok(await proofs.SignAsync(caller.Actor, cancel)))
            .WithSummary("Sign a checkpoint now");
        audit.MapGet("/proofs/inclusion", async (Guid @event, AuditProofService proofs, CallerActor caller, CancellationToken cancel) => TypedResults.Ok(await proofs.ProveInclusionAsync(@event, caller.Actor, cancel)))
            .WithSummary("That an event is in the record of the last checkpoint").ProducesProblem(StatusCodes.Status404NotFound);
        audit.MapGet("/proofs/consistency", async (long from, long to, AuditProofService proofs, CallerActor caller, CancellationToken cancel) => TypedResults.Ok(await proofs.ProveConsistencyAsync(from, to, caller.Actor, cancel)))
            .WithSummary("That the record of size to begins with that of size from");
    }

    private static async Task<Ok<AuditVerification>> VerifyAsync(AuditProofService proofs, CallerActor caller, CancellationToken cancel) =>
        TypedResults.Ok(await proofs.VerifyAsync(caller.Actor, cancel));
}
