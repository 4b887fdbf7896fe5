using System.Net;
using System.Text;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Portal.Domain;
using Portal.Services.AppStoreConnect;
using Portal.Services.Tests.AppStoreConnect.Budget;
using Portal.Tests;
using Xunit;

namespace Portal.Services.Tests.AppStoreConnect;

/// <summary>Whatever comes back, it is an answer or a typed problem, and costs no more than an answer may.</summary>
public sealed class AnswerFuzzTests : IAsyncLifetime
{
    private readonly Canned _apple = new();
    private PortalFixture _portal = null!;
    private AppleKey _key = null!;

    public async ValueTask InitializeAsync()
    {
        _portal = await PortalFixture.StartAsync(configure: services => services.AddHttpClient(AppleWire.ClientName).ConfigurePrimaryHttpMessageHandler(() => _apple));
        _key = await AppleKey.StoreAsync(_portal);
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly EmailAddress Ana = EmailAddress.TryParse("ana@example.org")!;

    [Fact, Trait("Invariant", "36"), Trait("Failure", "F24")]
    public async Task Wire_AnyBytes_AreAnAnswerOrATypedProblem()
    {
        var wire = _portal.Get<AppleWire>();
        AppleRequest[] requests = [new(HttpMethod.Get, new("http://127.0.0.1/v1/betaTesters")), new(HttpMethod.Post, new("http://127.0.0.1/v1/betaTesters"), "{}"u8.ToArray(), 1)];
        var (answers, problems) = (0, 0);
        await Gen.Int[0, int.MaxValue].SampleAsync(async seed =>
        {
            _apple.Answer = () => HostileAnswers.Of(seed);
            foreach (var request in requests)
            {
                try
                {
                    Read(await wire.SendAsync(request, "token", Cancel));
                    answers++;
                }
                catch (AppleException problem)
                {
                    Assert.NotEmpty(problem.Problem.Code);
                    Assert.InRange($"{problem.AppleCode}{problem.AppleDetail}{problem.AppleErrorId}".Length, 0, 1_500);
                    problems++;
                }
            }
        }, iter: 4_000, threads: 1);
        Assert.True(answers > 200 && problems > 200, $"{answers} answers, {problems} problems: the generator no longer reaches both.");
    }

    private static void Read(AppleAnswer answer)
    {
        if (answer.Document is not { } document) return;
        _ = ApplePages.One(answer);
        _ = ApplePages.NextOf(document, answer.Status);
        _ = document.Total();
        var page = ApplePages.PageOf(document, answer.Status);
        foreach (var resource in page.Resources)
        {
            _ = ApplePages.IdOf(resource, answer.Status);
            _ = AppleResources.App(resource);
            _ = AppleResources.Group(resource, null);
            _ = AppleResources.Build(resource, page, null);
            Assert.DoesNotContain('\0', AppleResources.Tester(resource).FirstName ?? "");
        }
    }

    [Fact, Trait("Invariant", "36")]
    public async Task Client_HostileAnswersToEveryKindOfCall_EndInATypedProblemThatIsRecorded()
    {
        var seed = 0;
        _apple.Answer = () => HostileAnswers.Of(seed);
        Func<Task>[] calls =
        [
            () => _key.Client.CreateTesterAsync(_key.JobUse, "g1", Ana, null, null, Cancel),
            () => _key.Client.AddToGroupAsync(_key.JobUse, "g1", ["t1"], Cancel),
            () => _key.Client.SendInvitationAsync(_key.JobUse, "a1", "t1", Cancel),
            () => _key.Client.CreateGroupAsync(_key.JobUse, "a1", "Group", false, Cancel),
        ];
        for (; seed < 120; seed++)
        {
            try
            {
                await _portal.TurnAsync(calls[seed % calls.Length]());
            }
            catch (AppleException problem)
            {
                Assert.NotEmpty(problem.Problem.Code);
            }
        }
        Assert.All(await _key.UsesAsync(), use => Assert.NotNull(use.OutcomeAt));
    }

    [Theory]
    [InlineData("""{"data":[{"type":"apps","id":"\ud800"}]}""", "apple-answer-broken")]
    [InlineData("""{"data":[[],{"id":5}]}""", "apple-answer-broken")]
    [InlineData("""[]""", "apple-answer-broken")]
    [InlineData("""{"data":[],"links":{"next":7}}""", "apple-answer-broken")]
    [InlineData("""{"data":[],"links":{"next":"\ud800"}}""", "apple-answer-broken")]
    [InlineData("""{"data":[{"id":"1"}""", "apple-answer-broken")]
    public async Task Client_ReadOfABrokenList_IsATypedProblem(string body, string code)
    {
        _apple.Answer = () => new(HttpStatusCode.OK) { Content = new StringContent(body) };
        var broken = await Assert.ThrowsAsync<AppleException>(() => _key.Client.ListAppsAsync(_key.Use, Cancel));
        Assert.Equal((code, FailureReach.Passing), (broken.Problem.Code, broken.Reach));
    }

    [Fact]
    public async Task Wire_AnswerWithoutEnd_IsLeftWhereNoAnswerOfApplesIsSoLarge()
    {
        var endless = new Endless();
        _apple.Answer = () => new(HttpStatusCode.OK) { Content = new StreamContent(endless) };
        var left = await Assert.ThrowsAsync<AppleException>(() => _portal.Get<AppleWire>().SendAsync(new(HttpMethod.Get, new("http://127.0.0.1/v1/apps")), "token", Cancel));
        Assert.Equal("apple-answer-too-large", left.Problem.Code);
        Assert.InRange(endless.Sent, 1, 9 * 1024 * 1024);
    }

    [Fact]
    public async Task Wire_AnswerThatSaysItIsHuge_IsNotRead()
    {
        var endless = new Endless();
        var content = new StreamContent(endless);
        content.Headers.ContentLength = 1L << 40;
        _apple.Answer = () => new(HttpStatusCode.OK) { Content = content };
        var left = await Assert.ThrowsAsync<AppleException>(() => _portal.Get<AppleWire>().SendAsync(new(HttpMethod.Get, new("http://127.0.0.1/v1/apps")), "token", Cancel));
        Assert.Equal(("apple-answer-too-large", 0L), (left.Problem.Code, endless.Sent));
    }

    private sealed class Canned : HttpMessageHandler
    {
        public Func<HttpResponseMessage> Answer { get; set; } = () => new(HttpStatusCode.NoContent);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Answer());
    }

    private sealed class Endless : Stream
    {
        private static readonly byte[] Word = Encoding.ASCII.GetBytes("[[[[[[[[");

        public long Sent { get; private set; }
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => Sent; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            for (var i = 0; i < count; i++) buffer[offset + i] = Word[i % Word.Length];
            Sent += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
