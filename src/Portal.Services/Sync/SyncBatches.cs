using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.Sync;
using Portal.Services.AppStoreConnect;
using Portal.Services.AppStoreConnect.Mirror;
using Portal.Services.Data;

namespace Portal.Services.Sync;

/// <summary>A relationship call on the group and what it is for. <paramref name="Adds"/>: puts people in, else takes them out.</summary>
internal sealed record GroupWrite(Func<KeyUse, string, IReadOnlyList<string>, CancellationToken, Task> SendAsync, string Purpose, bool Adds);

/// <summary>One person whom Apple refused when asked about them alone.</summary>
internal sealed record RefusedItem(RunItemRow Item, AppleException Failure);

/// <summary>
/// Puts many testers into a group or takes them out in few calls. What is refused is halved until whoever it is about stands
/// alone (invariant 19); what may have been done is looked at first and only what was not is sent again (invariant 37).
/// </summary>
internal sealed class SyncBatches(RunItems items, TesterReads reads, IOptions<SyncOptions> options, TimeProvider time)
{
    private const int MostUnclear = 4;

    /// <summary>Writes all of them. Returns those refused alone, for the caller to settle.</summary>
    /// <exception cref="AppleException">A failure of the whole credential, or of Apple before anything was sent.</exception>
    public async Task<List<RefusedItem>> WriteAsync(Applying run, IReadOnlyList<RunItemRow> all, GroupWrite write, CancellationToken cancel)
    {
        var size = BatchSize.Start(options.Value.BatchSize, options.Value.LargestBatch);
        var refused = new List<RefusedItem>();
        for (var at = 0; at < all.Count;)
        {
            RunItemRow[] batch = [.. all.Skip(at).Take(size.Next)];
            at += batch.Length;
            var fate = await BatchAsync(run, batch, write, cancel);
            refused.AddRange(fate.Refused);
            size = fate switch
            {
                { Refusals: 0, Unclear: 0 } => size.Taken(batch.Length),
                { Refusals: > 0, Refused.Count: 0 } => size.TooLarge(fate.SmallestRefused),
                _ => size.Refused(batch.Length),
            };
        }
        return refused;
    }

    /// <summary>Waits out Apple's read lag and looks who is still to be written. The others are settled.</summary>
    public async Task<RunItemRow[]> LeftToDoAsync(Applying run, IReadOnlyList<RunItemRow> sent, bool adds, bool wait, CancellationToken cancel)
    {
        if (wait) await Task.Delay(TimeSpan.FromSeconds(options.Value.ReadLagSeconds), time, cancel);
        var addresses = sent.Select(item => EmailAddress.TryParse(item.Email)).OfType<EmailAddress>().Distinct().ToList();
        var read = await reads.InGroupAsync(run.Use("look what was done"), run.Cycle.Place, run.Link.GroupId, addresses, run.Members, cancel);
        if (!read.Complete) throw new AppleException(read.Because ?? SyncProblems.ShortRead("The people written"), FailureReach.Passing);
        var ids = KnownTesters.ByKey(read.Items);
        var inGroup = read.Items.Select(t => t.Id).ToHashSet(StringComparer.Ordinal);
        var (done, left) = (new List<RunItemRow>(), new List<RunItemRow>());
        foreach (var item in sent)
        {
            var isIn = adds ? ids.ContainsKey(item.PersonKey) : item.TesterId is not null && inGroup.Contains(item.TesterId);
            if (isIn == adds) done.Add(item);
            else left.Add(item);
            if (isIn && adds) item.TesterId = ids[item.PersonKey];
        }
        await items.SettleAllAsync(run, done, ItemOutcome.PendingAtApple, null, null, cancel);
        return [.. left];
    }

    private async Task<Fate> BatchAsync(Applying run, RunItemRow[] batch, GroupWrite write, CancellationToken cancel)
    {
        var fate = new Fate();
        var parts = new Stack<RunItemRow[]>([batch]);
        while (parts.TryPop(out var part))
        {
            try
            {
                await write.SendAsync(items.Write(run, part, write.Purpose), run.Link.GroupId, [.. part.Select(item => item.TesterId!)], cancel);
            }
            catch (AppleException unclear) when (unclear.MayHaveCommitted)
            {
                fate.Unclear++;
                var left = await LeftToDoAsync(run, part, write.Adds, wait: true, cancel);
                if (fate.Unclear < MostUnclear) Halve(parts, left);
                else await items.SettleAllAsync(run, left, ItemOutcome.Sent, unclear.Problem, unclear, cancel);
            }
            catch (AppleException refusal) when (refusal.Reach is FailureReach.Request)
            {
                fate.Count(part.Length);
                if (part.Length == 1) fate.Refused.Add(new(part[0], refusal));
                else if (fate.MayLook(batch.Length)) Halve(parts, await LeftToDoAsync(run, TakeAll(parts, part), write.Adds, wait: false, cancel));
                else Halve(parts, part);
            }
            catch (AppleException failure)
            {
                await items.SettleAllAsync(run, part, ItemOutcome.NotTried, failure.Problem, failure, cancel);
                throw;
            }
        }
        return fate;
    }

    private static void Halve(Stack<RunItemRow[]> parts, RunItemRow[] part)
    {
        if (part.Length > 1) parts.Push(part[(part.Length / 2)..]);
        if (part.Length > 0) parts.Push(part[..Math.Max(1, part.Length / 2)]);
    }

    private static RunItemRow[] TakeAll(Stack<RunItemRow[]> parts, RunItemRow[] part)
    {
        RunItemRow[] all = [.. part, .. parts.SelectMany(other => other)];
        parts.Clear();
        return all;
    }

    /// <summary>How one batch fared.</summary>
    private sealed class Fate
    {
        private bool _looked;

        public List<RefusedItem> Refused { get; } = [];
        public int Refusals { get; private set; }
        public int SmallestRefused { get; private set; } = int.MaxValue;
        public int Unclear { get; set; }

        public void Count(int refused)
        {
            Refusals++;
            SmallestRefused = Math.Min(SmallestRefused, refused);
        }

        /// <summary>Once, when more is refused than one bad id explains: Apple may have taken part of it, and says the same of who is in already.</summary>
        public bool MayLook(int count) => !_looked && (_looked = Refusals > BatchSize.RefusalsOfOne(count));
    }
}
