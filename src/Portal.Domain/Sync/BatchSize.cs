namespace Portal.Domain.Sync;

/// <summary>
/// How many testers the next relationship call carries. Apple publishes no maximum, so it is felt out: doubled while calls are
/// taken, halved when one is refused, and never again as large as what only went through in halves.
/// </summary>
/// <param name="Next">Testers in the next call, at least 1.</param>
/// <param name="Most">Never more than this.</param>
public sealed record BatchSize(int Next, int Most)
{
    /// <summary>Where a run begins.</summary>
    public static BatchSize Start(int first, int most) => new(Math.Clamp(first, 1, Math.Max(1, most)), Math.Max(1, most));

    /// <summary>A call with so many was taken.</summary>
    public BatchSize Taken(int count) => count < Next ? this : this with { Next = Math.Min(Most, count * 2) };

    /// <summary>A call with so many was refused as a whole.</summary>
    public BatchSize Refused(int count) => this with { Next = Math.Max(1, Math.Min(Next, count / 2)) };

    /// <summary>What was refused as a whole went through in parts: it was too many, not somebody among them.</summary>
    public BatchSize TooLarge(int count) => new(Math.Max(1, Math.Min(Next, count / 2)), Math.Max(1, Math.Min(Most, count / 2)));

    /// <summary>Refusals one bad id causes while it is cornered by halving: one per halving, and its own.</summary>
    public static int RefusalsOfOne(int count) => count <= 1 ? 1 : 1 + (int)Math.Ceiling(Math.Log2(count));
}
