using MudBlazor;
using Portal.Domain.People;
using Portal.Services.People;
using Portal.Web.Layout.Parts;

namespace Portal.Web.People;

/// <summary>How steps and testers are drawn.</summary>
internal static class PersonLooks
{
    public static StateView Step(StepState state) => state switch
    {
        StepState.Ok => StateView.Good("Done"),
        StepState.Waiting => StateView.Waiting("Waiting"),
        StepState.Problem => StateView.Attention("In the way"),
        _ => StateView.Quiet("Not known"),
    };

    /// <summary>A step of a run: what was looked at is done, what stands aside says so.</summary>
    public static StateView RunStep(StepState state) => state switch
    {
        StepState.Ok => StateView.Good("Done"),
        StepState.Waiting => StateView.Waiting("Waiting"),
        StepState.Problem => StateView.Attention("Stopped here"),
        _ => StateView.Quiet("Not reached"),
    };

    /// <param name="word">Apple's state in words.</param>
    public static StateView Tester(string word) => word switch
    {
        "Installed" or "Accepted" => StateView.Good(word),
        "Invited" => StateView.Waiting(word),
        "Not invited" or "Revoked" => StateView.Attention(word),
        _ => StateView.Quiet(word),
    };

    public static StateView Whole(PersonView person) => person.Diagnosis.Next switch
    {
        { Turn: Domain.Turn.Nobody, Code: "person-installed" } => StateView.Good("Testing"),
        { Turn: Domain.Turn.Nobody } => StateView.Waiting("On its way"),
        { Turn: Domain.Turn.Tester } => StateView.Waiting("Tester's turn"),
        _ => StateView.NeedsPerson("Needs a person"),
    };
}
