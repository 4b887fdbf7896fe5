using System.Text;
using Portal.Simulator.Identity;

namespace Portal.Demo;

/// <summary>What a demo prints once it runs: where to go, who to be, what to try first.</summary>
internal static class Greeting
{
    public static string Of(DemoApp demo, DemoOptions options)
    {
        var text = new StringBuilder($"""

            Portal      {demo.PortalAddress}
            Simulator   {demo.SimulatorAddress}sim
                        App Store Connect keys     {demo.SimulatorAddress}apple/access/integrations/api
                        Centercode community       {demo.SimulatorAddress}centercode

            {Kept(demo)}

            Who can sign in at the portal: one click, no password


            """);
        foreach (var user in IdentityUsers.All)
        {
            text.AppendLine($"  {user.Name,-20}{(user.GroupsOverflow ? "groups claim overflows" : user.Groups.Count == 0 ? "no groups" : string.Join(", ", user.Groups))}");
        }

        return text.Append($"""

            What to try first

            {(options.Empty ? FromNothing(demo) : FromSeed(demo))}

            Ctrl+C stops the demo; the next start goes on where it was, --fresh starts over.
            """).ToString();
    }

    private static string Kept(DemoApp demo) => demo.GoesOn
        ? $"Goes on with what an earlier demo stored in {demo.FolderPath}."
        : $"Everything is stored in {demo.FolderPath}; nothing leaves this machine.";

    private static string FromSeed(DemoApp demo) => $"""
              1. As program-manager: Links, "Aurora beta team → Aurora beta testers", Preview sync, then Sync now: a team of 250 for a group made for it.
              2. As support: People, ana.horvat@example.net: where she stands and the one next step.
              3. As security-reviewer: Audit: who did what, and every request made with a key.
              4. At {demo.SimulatorAddress}sim: the mails Apple would have sent; faults to make it hard.
            """;

    private static string FromNothing(DemoApp demo) => $"""
              1. Generate a key at {demo.SimulatorAddress}apple/access/integrations/api and download its file.
              2. As key-custodian: Credentials, add that key, then the connection shown at {demo.SimulatorAddress}centercode.
              3. As program-manager: Links, link a team to a group, preview, sync.
            """;
}
