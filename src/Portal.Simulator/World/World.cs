using Portal.Simulator.AppStoreConnect;
using Portal.Simulator.Centercode;

namespace Portal.Simulator;

/// <summary>
/// All that is outside the portal, in memory: one Apple team and one Centercode community. The side doors here and the
/// pages and JSON under <c>/sim</c> are the same. Every member may be called from any thread.
/// </summary>
public sealed partial class World
{
    private Random random;
    private readonly List<OutboxMail> outbox = [];
    private Switches switches = new();
    private DateTimeOffset agreementUntil;

    public World(TimeProvider time, int seed = 20, WorldSize size = WorldSize.Standard)
    {
        Time = time;
        random = new Random(seed);
        Keys = new TeamKeys(this);
        TestFlight = new TestFlightRules(this);
        BuildLife = new BuildLife(this);
        Webhooks = new Webhooks(this);
        Agenda = new Agenda(this);
        Community = CommunitySeed.Plant();
        WorldSeed.Plant(this, size);
    }

    public TimeProvider Time { get; }
    public Faults Faults { get; } = new();
    public Ledger Ledger { get; } = new();

    /// <summary>The Issuer ID of every key of the team.</summary>
    public string IssuerId => Keys.IssuerId;

    /// <summary>Replaced as a whole: <c>world.Switches = world.Switches with { HourLimit = 100 }</c>.</summary>
    public Switches Switches { get { lock (Gate) { return switches; } } set { lock (Gate) { Turn(value); } } }

    /// <summary>A copy of the mails sent so far.</summary>
    public IReadOnlyList<OutboxMail> Outbox
    {
        get
        {
            lock (Gate)
            {
                Agenda.CatchUp();
                return [.. outbox];
            }
        }
    }

    internal Lock Gate { get; } = new();
    internal DateTimeOffset Now => Time.GetUtcNow();
    internal TeamKeys Keys { get; }
    internal TestFlightRules TestFlight { get; }
    internal BuildLife BuildLife { get; }
    internal Webhooks Webhooks { get; }
    internal Agenda Agenda { get; }
    internal bool IsAgreementMissing => switches.AgreementMissing || Now < agreementUntil;
    internal Community Community { get; private set; }
    internal OrderedDictionary<string, App> Apps { get; } = [];
    internal Dictionary<string, BetaGroup> Groups { get; } = [];
    internal Dictionary<string, BetaTester> Testers { get; } = [];
    internal Dictionary<string, Build> Builds { get; } = [];
    internal Dictionary<string, PreReleaseVersion> Versions { get; } = [];
    internal List<User> Users { get; } = [];

    public void ClearOutbox()
    {
        lock (Gate)
        {
            outbox.Clear();
        }
    }

    private void Turn(Switches value)
    {
        if (switches.AgreementMissing && !value.AgreementMissing)
        {
            agreementUntil = Now.AddSeconds(value.AgreementLagSeconds);
        }
        switches = value;
    }

    internal void Send(OutboxMail mail) => outbox.Add(mail);

    internal string NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        bytes[7] = (byte)(bytes[7] & 0x0f | 0x40);
        bytes[8] = (byte)(bytes[8] & 0x3f | 0x80);
        return new Guid(bytes).ToString();
    }

    internal string NewCode(int length, string alphabet) => new(random.GetItems<char>(alphabet, length));
}
