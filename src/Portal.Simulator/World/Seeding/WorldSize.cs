using System.Text.Json.Serialization;

namespace Portal.Simulator;

/// <summary>How much there is on the first day.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WorldSize>))]
public enum WorldSize
{
    /// <summary>13 apps, builds in every state, groups empty, full and in between.</summary>
    Standard,

    /// <summary>One app, Aurora Notes, with its empty group "Aurora beta testers": made and thrown away in milliseconds.</summary>
    Small,

    /// <summary>The standard world, 50 apps more with over 200 groups, and a group of 10,000: "Everybody" of "Zenith Crowd".</summary>
    Large,
}
