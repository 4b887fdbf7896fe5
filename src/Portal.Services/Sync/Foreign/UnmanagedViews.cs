namespace Portal.Services.Sync.Foreign;

/// <summary>Which unmanaged testers to show.</summary>
public sealed record UnmanagedQuery
{
    /// <summary>In the team, not in the team, or both.</summary>
    public bool? InTeam { get; init; }
    /// <summary>Those somebody decided to leave as they are, instead of those nobody decided about.</summary>
    public bool LeftAsIs { get; init; }
    /// <summary>Part of an address or name; ignored for those who may not see addresses.</summary>
    public string? Text { get; init; }
    /// <summary>How many to leave out.</summary>
    public int Skip { get; init; }
    /// <summary>How many at most; up to 1,000.</summary>
    public int Take { get; init; } = 50;
}

/// <summary>A tester in the group whom the ledger does not own. Masked for those who may not see addresses.</summary>
/// <param name="TesterId">Apple's id.</param>
/// <param name="PersonId">Opaque id of the person in the link; null while the vault is locked.</param>
/// <param name="InTeam">Whether the team had them when both were last read.</param>
/// <param name="SeenSince">Since when a reading shows them in the group.</param>
/// <param name="LeftAsIsByName">Who decided to leave them as they are.</param>
public sealed record UnmanagedTester(string TesterId, string? PersonId, string? Email, string? Name, string? State, bool InTeam, DateTimeOffset SeenSince, string? LeftAsIsByName);

/// <summary>Unmanaged testers of a link.</summary>
/// <param name="Items">The part asked for, by address.</param>
/// <param name="Matching">How many the query fits.</param>
/// <param name="InTeam">Of those nobody decided about, who is in the team.</param>
/// <param name="OutsideTeam">And who is not.</param>
/// <param name="LeftAsIs">Whom somebody decided to leave as they are.</param>
/// <param name="Anonymous">Testers without an address, whom no sync can touch.</param>
/// <param name="ReadAt">When the group was last read; null: never.</param>
/// <param name="Mirror">Whether a sync removes who is not in the team; otherwise it only adds.</param>
public sealed record UnmanagedPage(IReadOnlyList<UnmanagedTester> Items, int Matching, int InTeam, int OutsideTeam, int LeftAsIs, int Anonymous, DateTimeOffset? ReadAt, bool Mirror)
{
    /// <summary>Nobody decided about them yet.</summary>
    public int Open => InTeam + OutsideTeam;
}

/// <summary>Whom a decision is about.</summary>
public sealed record UnmanagedChoice
{
    /// <summary>These testers.</summary>
    public IReadOnlyList<string> TesterIds { get; init; } = [];
    /// <summary>Or everyone this fits; its paging is ignored.</summary>
    public UnmanagedQuery? All { get; init; }
}

/// <summary>What adopting would mean.</summary>
/// <param name="Chosen">Testers it is about.</param>
/// <param name="OutsideTeam">Of them, who is not in the team.</param>
/// <param name="Mirror">Whether the next sync would take those out.</param>
public sealed record AdoptionWeighed(int Chosen, int OutsideTeam, bool Mirror)
{
    /// <summary>In words, before anybody confirms.</summary>
    public string Words => (OutsideTeam, Mirror) switch
    {
        (0, _) => "All of them are in the team: they stay in the group for as long as they are.",
        (_, false) => $"{Who} not in the team. The link only adds, so they stay.",
        _ => $"{Who} not in the team: the next sync takes {(OutsideTeam == 1 ? "this one" : "them")} out of the group. Over the link's limits a second person is asked first.",
    };

    private string Who => OutsideTeam == 1 ? "1 is" : $"{OutsideTeam:N0} are";
}

/// <summary>A decision about unmanaged testers.</summary>
/// <param name="Choice">Whom.</param>
/// <param name="Reason">Why; for the record.</param>
/// <param name="OutsideTeam">For adopting: how many of them are not in the team, as seen by who decides.</param>
public sealed record UnmanagedDecision(UnmanagedChoice Choice, string? Reason, int OutsideTeam = 0);
