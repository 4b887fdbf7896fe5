using System.Threading.Channels;

namespace Portal.Services.Sync;

/// <summary>Nudges the runner of this node. Nothing depends on it: a queued row that nobody was told of is found by the sweep.</summary>
internal sealed class RunQueue
{
    private readonly Channel<Guid> _nudges = Channel.CreateUnbounded<Guid>(new UnboundedChannelOptions { SingleReader = true });

    public void Nudge(Guid runId) => _nudges.Writer.TryWrite(runId);

    public ChannelReader<Guid> Nudges => _nudges.Reader;
}
