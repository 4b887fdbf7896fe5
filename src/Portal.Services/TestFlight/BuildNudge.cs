using System.Threading.Channels;

namespace Portal.Services.TestFlight;

/// <summary>Tells this node's worker that there is something to do with builds. Nothing depends on it: the sweep finds it too.</summary>
internal sealed class BuildNudge
{
    private readonly Channel<bool> _nudges = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    public void Tell() => _nudges.Writer.TryWrite(true);

    public ChannelReader<bool> Nudges => _nudges.Reader;
}
