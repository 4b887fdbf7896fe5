using Portal.Domain.SignIn;
using Portal.Domain.Sync;
using Portal.Services.Data;

namespace Portal.Services.Centercode;

/// <summary>Reads a link's team. Two sources: a Centercode Data Package and an uploaded CSV file.</summary>
internal interface ITeamDirectory
{
    /// <summary>Reads the whole team; never throws for what the source did: an incomplete snapshot says why.</summary>
    Task<TeamSnapshot> ReadAsync(SyncLinkRow link, Actor actor, Guid? runId, CancellationToken cancel);
}
