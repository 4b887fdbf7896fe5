namespace Portal.Domain;

/// <summary>A failure as a stable code and one sentence that says what happened, whose turn it is and what to do.</summary>
/// <param name="Code">Lower-case words joined by hyphens, never reused for another meaning, such as <c>key-revoked</c>.</param>
/// <param name="Sentence">Plain words for the person who reads it; no key material, no e-mail address.</param>
public sealed record Problem(string Code, string Sentence)
{
    /// <summary>Whose turn it is to mend this.</summary>
    public Turn Turn { get; init; } = Turn.Nobody;

    /// <summary>The sentence followed by its code in brackets, as the portal shows it.</summary>
    public override string ToString() => $"{Sentence} ({Code})";
}

/// <summary>Who has to act on a problem (the "whose turn" column of the failure modes F1 to F39).</summary>
public enum Turn
{
    /// <summary>Nobody: the portal mends it or waits.</summary>
    Nobody,
    /// <summary>Whoever asked, by asking differently.</summary>
    Requester,
    /// <summary>An Admin of the Apple team.</summary>
    AppleAdmin,
    /// <summary>The Account Holder of the Apple team.</summary>
    AccountHolder,
    /// <summary>A program manager in the portal.</summary>
    ProgramManager,
    /// <summary>Support staff in the portal.</summary>
    Support,
    /// <summary>A key custodian in the portal.</summary>
    KeyCustodian,
    /// <summary>Whoever runs the machine the portal is on.</summary>
    Operator,
    /// <summary>The tester.</summary>
    Tester,
    /// <summary>The team that builds the app.</summary>
    AppTeam,
    /// <summary>A manager of the Centercode community.</summary>
    CommunityManager,
    /// <summary>A portal administrator.</summary>
    Administrator,
    /// <summary>A security reviewer.</summary>
    SecurityReviewer,
}

/// <summary>Carries a <see cref="Problem"/> to the front end that asked; what a service throws when it refuses or cannot.</summary>
public sealed class ProblemException(Problem problem) : Exception(problem.ToString())
{
    /// <summary>What to show.</summary>
    public Problem Problem { get; } = problem;
}
