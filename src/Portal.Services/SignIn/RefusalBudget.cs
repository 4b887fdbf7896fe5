using Portal.Domain.SignIn;

namespace Portal.Services.SignIn;

/// <summary>
/// How many refusals are written down: a few per caller and minute, and not many in all, so that nobody can fill the audit.
/// What was not written is counted and told by the next event that is. Strangers and people signed in have a budget each:
/// knocking from everywhere must not hide what somebody with a name tried.
/// </summary>
internal sealed class RefusalBudget(TimeProvider time)
{
    /// <summary>Events per caller and minute.</summary>
    public const int PerCaller = 5;

    /// <summary>Events in all per minute; also bounds what is remembered here.</summary>
    public const int InAll = 60;

    private readonly Purse _strangers = new(), _people = new();

    /// <summary>How many went unwritten since the last written one of the same budget, when this one may be written; null when it may not.</summary>
    /// <param name="actor">Who was refused.</param>
    /// <param name="from">Address of the caller: whom a stranger is counted by.</param>
    public int? Take(Actor actor, string? from = null) => actor.Kind is ActorKind.Anonymous
        ? _strangers.Take(from ?? "", time.GetUtcNow())
        : _people.Take(actor.Id, time.GetUtcNow());

    private sealed class Purse
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<string, int> _written = new(StringComparer.Ordinal);
        private DateTimeOffset _minute;
        private int _all;
        private int _missed;

        public int? Take(string caller, DateTimeOffset now)
        {
            lock (_gate)
            {
                if (now - _minute >= TimeSpan.FromMinutes(1) || now < _minute)
                {
                    (_minute, _all) = (now, 0);
                    _written.Clear();
                }

                var before = _written.GetValueOrDefault(caller);
                if (before >= PerCaller || _all >= InAll)
                {
                    _missed++;
                    return null;
                }

                _written[caller] = before + 1;
                _all++;
                (var missed, _missed) = (_missed, 0);
                return missed;
            }
        }
    }
}
