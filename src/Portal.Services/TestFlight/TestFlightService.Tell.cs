using Portal.Domain;
using Portal.Domain.Audit;
using Portal.Domain.SignIn;
using Portal.Domain.TestFlight;
using Portal.Services.AppStoreConnect;
using Portal.Services.Audit;

namespace Portal.Services.TestFlight;

public sealed partial class TestFlightService
{
    /// <summary>What testers are asked to test, by language; read anew each time.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>apple-not-found</c>, or why it cannot be read.</exception>
    public async Task<IReadOnlyList<BuildText>> BuildTextsAsync(Actor actor, string buildId, CancellationToken cancel)
    {
        await _guard.DemandAsync(actor, Permission.SeeTestFlight, cancel);
        var (build, key) = await _shelf.FindAsync(inner => _shelf.BuildAsync(actor, inner, buildId, false, cancel), cancel);
        return await TextsAsync(Use(actor, key, "page: read what to test", build.Value), buildId, cancel);
    }

    /// <summary>Writes what testers are asked to test in one language; a language that is not there yet is made. Read back before it is called done.</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>build-text-empty</c>, <c>build-text-long</c>, <c>build-text-characters</c>, or Apple's refusal.</exception>
    public async Task<IReadOnlyList<BuildText>> WriteBuildTextAsync(Actor actor, string buildId, string locale, string text, CancellationToken cancel)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        text = text.Trim().ReplaceLineEndings("\n");
        if (WhatToTest.Check(text) is { } wrong) throw new ProblemException(wrong);
        var (build, key) = await _shelf.FindAsync(inner => _shelf.BuildAsync(actor, inner, buildId, false, cancel), cancel);
        var use = Use(actor, key, "page: write what to test", build.Value);
        var there = (await TextsAsync(use, buildId, cancel)).FirstOrDefault(one => one.Locale == locale);
        Problem? problem = null;
        try
        {
            await (there is null ? _apple.AddBuildTextAsync(use, buildId, locale, text, CancellationToken.None) : _apple.ChangeBuildTextAsync(use, there.Id, text, CancellationToken.None));
        }
        catch (AppleException refused)
        {
            problem = refused.Problem;
        }
        IReadOnlyList<BuildText> after = [];
        try
        {
            after = await TextsAsync(use, buildId, CancellationToken.None);
            if (after.Any(one => one.Locale == locale && one.Text?.ReplaceLineEndings("\n") == text)) problem = null;
        }
        catch (ProblemException)
        {
            // Nobody can look now: what Apple answered counts.
        }
        await RecordAsync(Of(problem is null ? AuditCodes.BuildTextChanged : AuditCodes.BuildTextChangeFailed, actor, key, build.Value, problem, ("locale", locale), ("characters", text.Length)));
        return problem is null ? after : throw new ProblemException(problem);
    }

    /// <summary>Has Apple tell the testers of a build whose auto-notify is off (F20).</summary>
    /// <exception cref="ProblemException"><c>access-refused</c>, <c>notify-too-early</c>, <c>notify-unconfirmed</c>, or Apple's refusal.</exception>
    public async Task NotifyTestersAsync(Actor actor, string buildId, CancellationToken cancel)
    {
        await _guard.DemandAsync(actor, Permission.RunSync, cancel);
        var (found, key) = await _shelf.FindAsync(inner => _shelf.BuildAsync(actor, inner, buildId, true, cancel), cancel);
        var build = found.Value;
        if (!build.CanNotify(_shelf.Now)) throw new ProblemException(TestFlightProblems.NotifyTooEarly(build.Version, build.Number, build.External(_shelf.Now)));
        Problem? problem = null;
        try
        {
            await _apple.NotifyTestersAsync(Use(actor, key, "page: notify testers", build), buildId, CancellationToken.None);
        }
        catch (AppleException refused)
        {
            problem = refused.MayHaveCommitted ? TestFlightProblems.NotifyUnconfirmed : refused.Status is 422 ? TestFlightProblems.NotifyTooEarly(build.Version, build.Number, build.External(_shelf.Now)) : refused.Problem;
        }
        await RecordAsync(Of(problem is null ? AuditCodes.BuildNotified : AuditCodes.BuildNotifyFailed, actor, key, build, problem));
        if (problem is not null) throw new ProblemException(problem);
    }

    private async Task<IReadOnlyList<BuildText>> TextsAsync(KeyUse use, string buildId, CancellationToken cancel)
    {
        try
        {
            var read = await _apple.ListBuildTextsAsync(use, buildId, cancel);
            return read.Complete ? [.. read.Items.OrderBy(text => text.Locale, StringComparer.Ordinal)] : throw new ProblemException(read.Because ?? AppleProblems.AnswerBroken);
        }
        catch (AppleException refused)
        {
            throw new ProblemException(refused.Problem);
        }
    }

    private static KeyUse Use(Actor actor, KeyLabel key, string purpose, Build build) => new(key.Id, actor, purpose) { AppId = build.AppId };

    private static AuditEntry Of(AuditCode code, Actor actor, KeyLabel key, Build build, Problem? problem, params (string Name, object? Value)[] more) => new(code, actor, "build", build.Id)
    {
        CredentialId = key.Id,
        Facts = new Dictionary<string, object?>([.. more.Select(one => KeyValuePair.Create(one.Name, one.Value)),
            new("app", build.AppId), new("number", $"{build.Version} ({build.Number})"), new("problem", problem?.Code)]),
    };
}
