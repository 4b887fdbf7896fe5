using Portal.Domain.SignIn;

namespace Portal.Domain.Alerts;

/// <summary>What an alert leads to.</summary>
public enum AlertSubjectKind
{
    /// <summary>A link; its row id.</summary>
    Link,
    /// <summary>The list of links; no id.</summary>
    Links,
    /// <summary>A credential; its row id.</summary>
    Credential,
    /// <summary>The list of credentials; no id.</summary>
    Credentials,
    /// <summary>A request for a second person; its row id.</summary>
    Approval,
    /// <summary>The audit; no id.</summary>
    Audit,
    /// <summary>The list of emergencies; no id.</summary>
    BreakGlass,
}

/// <summary>Where somebody goes to act on an alert.</summary>
/// <param name="Kind">The kind of page.</param>
/// <param name="Id">Of what the page shows; null for a list.</param>
public sealed record AlertSubject(AlertSubjectKind Kind, Guid? Id = null);

/// <summary>Something that needs a person, as it is found now. One cause is one alert, however much it stops.</summary>
/// <param name="Key">Tells causes apart and stays the same while the cause lasts: <c>key:{id}</c>. No personal data.</param>
/// <param name="Title">What happened, in a few words.</param>
/// <param name="Problem">What happened, whose turn, what to do.</param>
/// <param name="Subject">Where somebody acts on it.</param>
/// <param name="Audience">What it takes to see it.</param>
public sealed record AlertCause(string Key, string Title, Problem Problem, AlertSubject Subject, Permission Audience)
{
    /// <summary>The cause has changed, and is told again, when this is one it did not have before.</summary>
    public string Mark { get; init; } = Problem.Code;

    /// <summary>What it stops: titles of links, labels of keys. Never a tester.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Somebody gets a mail of its own about it: no second one goes out.</summary>
    public bool HasOwnMail { get; init; }
}
