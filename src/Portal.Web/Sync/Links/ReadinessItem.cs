using Portal.Domain;

namespace Portal.Web.Sync.Links;

/// <summary>One line of a link's checklist.</summary>
/// <param name="What">A sentence that is true when all is well, such as "The key works".</param>
/// <param name="Ok">Null: not known yet.</param>
/// <param name="Detail">What it rests on: a name, an age.</param>
/// <param name="Href">Where it is mended, with <paramref name="Action"/> as its words; shown when it is not so.</param>
/// <param name="Problem">What happened, whose turn it is, what to do; shown when it is not so.</param>
public sealed record ReadinessItem(string What, bool? Ok, string? Detail = null, Problem? Problem = null, string? Action = null, string? Href = null);
