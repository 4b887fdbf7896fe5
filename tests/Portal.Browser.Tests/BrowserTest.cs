using Microsoft.Playwright;
using Portal.Tests;

[assembly: AssemblyFixture(typeof(Portal.Browser.Tests.BrowserFixture))]

namespace Portal.Browser.Tests;

/// <summary>
/// A test with people at browsers. When it ends their browsers close; a failed test leaves a picture of each in
/// TestResults/pictures, and one whose browser complained fails.
/// </summary>
public abstract class BrowserTest(BrowserFixture browser, WebFixture web) : IAsyncLifetime
{
    private readonly List<Person> _people = [];

    /// <summary>The portal and the outside world.</summary>
    protected WebFixture Web { get; } = web;

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Somebody at a browser of their own, not signed in yet.</summary>
    protected async Task<Person> NewPersonAsync(BrowserNewContextOptions? options = null)
    {
        var person = await browser.NewPersonAsync(Web, options);
        _people.Add(person);
        return person;
    }

    /// <summary>Somebody signed in as one of the simulator's users, at a page that can be clicked.</summary>
    protected async Task<Person> SignInAsync(string user, string returnUrl = "/", BrowserNewContextOptions? options = null)
    {
        var person = await NewPersonAsync(options);
        await person.SignInAsync(user, returnUrl);
        await person.ReadyAsync();
        return person;
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        var failed = TestContext.Current.TestState?.Result == TestResult.Failed;
        foreach (var (person, number) in _people.Select((person, index) => (person, index + 1)))
        {
            if (failed && !person.Page.IsClosed) await person.PictureAsync($"{TestContext.Current.Test?.TestDisplayName}-{number}");
            await person.DisposeAsync();
        }
        var complaints = _people.SelectMany(person => person.Complaints).ToList();
        Assert.True(complaints.Count == 0, $"The browser complained:\n{string.Join("\n", complaints)}");
    }
}
