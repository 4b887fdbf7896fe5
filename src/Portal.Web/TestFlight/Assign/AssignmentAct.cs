using Portal.Domain;
using Portal.Domain.SignIn;
using Portal.Services.TestFlight;

namespace Portal.Web.TestFlight.Assign;

/// <summary>Assigns, then writes what to test, then notifies: what comes later is done for the builds that came through.</summary>
internal static class AssignmentAct
{
    public static async Task<AssignmentAnswer> DoAsync(TestFlightService testFlight, Actor actor, AssignmentChange change, AssignmentAsked asked)
    {
        if (change.Give && asked.Text.Trim() is { Length: > 0 } wanted && Domain.TestFlight.WhatToTest.Check(wanted) is { } wrong) throw new ProblemException(wrong);
        var besides = new List<Problem>();
        // The text first: who is invited by the assignment reads it at once.
        if (change.Give && !string.IsNullOrWhiteSpace(asked.Text))
        {
            foreach (var build in change.BuildIds) await TryAsync(() => testFlight.WriteBuildTextAsync(actor, build, AssignmentPanel.Locale, asked.Text, CancellationToken.None));
        }
        var done = await testFlight.ChangeAssignmentsAsync(actor, change, CancellationToken.None);
        if (change.Give && asked.Notify)
        {
            foreach (var build in done.Where(one => one.Outcome is not AssignmentOutcome.Refused).Select(one => one.BuildId).Distinct()) await TryAsync(() => testFlight.NotifyTestersAsync(actor, build, CancellationToken.None));
        }
        return new(done, besides);

        async Task TryAsync(Func<Task> act)
        {
            try
            {
                await act();
            }
            catch (ProblemException refused)
            {
                besides.Add(refused.Problem);
            }
        }
    }
}
