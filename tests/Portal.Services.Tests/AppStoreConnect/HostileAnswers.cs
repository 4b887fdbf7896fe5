using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Portal.Services.Tests.AppStoreConnect;

/// <summary>Answers nobody would send on purpose, made from a seed: the same seed gives the same bytes.</summary>
internal static class HostileAnswers
{
    private const string Page = """
        {"data":[{"type":"betaTesters","id":"t1","attributes":{"email":"ana@example.org","firstName":"Ana","lastName":null,"inviteType":"EMAIL","state":"INSTALLED","version":"120",
        "uploadedDate":"2026-01-01T00:00:00-07:00","expired":false,"isInternalGroup":false,"publicLinkLimit":500,"name":"x","bundleId":"a.b"},
        "relationships":{"betaGroups":{"data":[{"type":"betaGroups","id":"g1"}],"meta":{"paging":{"total":1,"limit":50}}},"betaTesters":{"meta":{"paging":{"total":3}}},
        "app":{"data":{"type":"apps","id":"a1"}},"buildBetaDetail":{"data":{"type":"buildBetaDetails","id":"d1"}}},"links":{"self":"https://x/"}}],
        "included":[{"type":"buildBetaDetails","id":"d1","attributes":{"externalBuildState":"IN_BETA_TESTING","autoNotifyEnabled":true}}],
        "links":{"self":"https://x/","next":"https://x/?cursor=A"},"meta":{"paging":{"total":1,"limit":200}}}
        """;
    private const string Errors = """{"errors":[{"id":"1","status":"409","code":"STATE_ERROR","title":"t","detail":"d","source":{"pointer":"/data"},"links":{"about":"x"}}]}""";

    private static readonly int[] Statuses = [200, 200, 200, 200, 201, 204, 301, 304, 400, 401, 403, 404, 409, 422, 429, 500, 503, 599];

    public static HttpResponseMessage Of(int seed)
    {
        var random = new Random(seed);
        var answer = new HttpResponseMessage((HttpStatusCode)Statuses[random.Next(Statuses.Length)]) { Content = new ByteArrayContent(Body(random)) };
        if (random.Next(3) == 0) answer.Headers.TryAddWithoutValidation("X-Rate-Limit", ["user-hour-lim:x;user-hour-rem:-99999999999999999999;;:,", "user-minute-rem:1"]);
        if (random.Next(4) == 0) answer.Headers.TryAddWithoutValidation("Retry-After", random.Next(2) == 0 ? "soon" : "99999999999");
        if (random.Next(4) == 0) answer.Headers.TryAddWithoutValidation("Date", "yesterday");
        return answer;
    }

    private static byte[] Body(Random random)
    {
        var text = random.Next(2) == 0 ? Page : Errors;
        return random.Next(9) switch
        {
            0 => Encoding.UTF8.GetBytes(text)[..random.Next(Encoding.UTF8.GetByteCount(text))],
            1 => Noise(random, random.Next(2_000)),
            2 => Encoding.UTF8.GetBytes(Deep(random)),
            3 => Flip(random, Encoding.UTF8.GetBytes(text)),
            4 => Encoding.UTF8.GetBytes(text.Replace("\"t1\"", "\"\\ud800\"").Replace("\"STATE_ERROR\"", "\"\\udfff x\"").Replace("\"email\"", "\"\\ud83d\"")),
            5 => Encoding.UTF8.GetBytes(text.Replace("Ana", "A\\u0000na").Replace("\"d\"", $"\"\\u0000{new string('@', random.Next(5_000))}\"")),
            6 => Encoding.UTF8.GetBytes(text.Replace("\"x\"", $"\"{new string('y', random.Next(200_000))}\"").Replace("\"d\"", $"\"{new string('a', random.Next(200_000))}\"")),
            7 => [],
            _ => Encoding.UTF8.GetBytes(Spoilt(random, JsonNode.Parse(text)!).ToJsonString()),
        };
    }

    /// <summary>Other types in every place: one of some nodes becomes a number, a list, an object, nothing.</summary>
    private static JsonNode Spoilt(Random random, JsonNode node)
    {
        if (random.Next(6) == 0) return Other(random);
        switch (node)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields.ToList())
                {
                    if (random.Next(12) == 0) fields.Remove(name);
                    else if (value is not null) fields[name] = Spoilt(random, value.DeepClone());
                }
                return fields;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++) items[i] = items[i] is { } item ? Spoilt(random, item.DeepClone()) : Other(random);
                if (random.Next(3) == 0) items.Add(items.Count > 0 ? items[0]?.DeepClone() : null);
                return items;
            default:
                return node;
        }
    }

    private static JsonNode Other(Random random) => random.Next(7) switch
    {
        0 => JsonValue.Create(random.NextInt64(long.MinValue, long.MaxValue)),
        1 => JsonValue.Create(1e300),
        2 => new JsonArray(1, "two", null, new JsonObject()),
        3 => new JsonObject { ["id"] = 7, ["data"] = "text", ["attributes"] = new JsonArray() },
        4 => JsonValue.Create(""),
        5 => JsonValue.Create(random.Next(2) == 0),
        _ => JsonValue.Create("9999-99-99T99:99:99Z http://[::bad ‮ \ufeff"),
    };

    private static string Deep(Random random)
    {
        var depth = random.Next(1, 100_000);
        return random.Next(3) switch
        {
            0 => new string('[', depth),
            1 => $"{{\"data\":{new string('[', depth)}{new string(']', depth)}}}",
            _ => $"{string.Concat(Enumerable.Repeat("{\"errors\":[", Math.Min(depth, 20_000)))}",
        };
    }

    private static byte[] Noise(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Flip(Random random, byte[] bytes)
    {
        for (var i = 0; i < 6; i++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }
}
