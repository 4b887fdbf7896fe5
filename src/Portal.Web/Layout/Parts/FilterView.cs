namespace Portal.Web.Layout.Parts;

/// <summary>One filter chip; its value lives in the query of the page's address.</summary>
/// <param name="Key">Name in the query, such as <c>outcome</c>.</param>
/// <param name="Sentence">Reads on with the value: "Outcome is".</param>
/// <param name="Value">What the address says now; null for no filter.</param>
/// <param name="Choices">Value in the address and its words, in order.</param>
public sealed record FilterView(string Key, string Sentence, string? Value, IReadOnlyList<(string Value, string Text)> Choices);
