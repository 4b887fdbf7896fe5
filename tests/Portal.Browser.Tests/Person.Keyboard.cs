namespace Portal.Browser.Tests;

/// <summary>What somebody does who has no mouse.</summary>
public sealed partial class Person
{
    private const int MostTabs = 80;

    /// <summary>Tabs there, and presses Enter, or types.</summary>
    public async Task GoAsync(string name, string? type = null)
    {
        await ReachAsync(name);
        if (type is null) await Page.Keyboard.PressAsync("Enter");
        else
        {
            await Page.Keyboard.PressAsync("Control+A");
            await Page.Keyboard.TypeAsync(type);
        }
    }

    /// <summary>Tabs until what bears this name has the focus; each stop on the way must be seen.</summary>
    public async Task ReachAsync(string name)
    {
        var passed = new List<string>();
        for (var tabs = 0; tabs < MostTabs; tabs++)
        {
            await Page.Keyboard.PressAsync("Tab");
            var stop = await Page.EvaluateAsync<Stop>("""
                () => {
                  const at = document.activeElement;
                  if (!at || at === document.body || at.tabIndex < 0) return { name: '', isSeen: true };
                  const label = at.labels?.[0]?.textContent ?? at.getAttribute('aria-label') ?? at.textContent ?? '';
                  const probe = document.body.appendChild(document.createElement('i'));
                  probe.style.color = 'var(--accent)';
                  const accent = getComputedStyle(probe).color;
                  probe.remove();
                  const ringed = element => { const s = getComputedStyle(element); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0; };
                  // A field may show it by the border of its frame instead.
                  const framed = element => element.matches(':focus-within') && [element, ...element.children].some(e => { const s = getComputedStyle(e); return parseFloat(s.borderTopWidth) > 0 && s.borderTopColor === accent; });
                  const shows = element => ringed(element) || framed(element);
                  const typing = element => element.matches('input, textarea, select');
                  const box = at.getBoundingClientRect();
                  return { name: label.trim().replace(/\s+/g, ' '), isSeen: box.width > 1 && box.height > 1 && (shows(at) || (typing(at) && [at.parentElement, at.parentElement.parentElement].some(framed))) };
                }
                """);
            if (stop.Name.Length > 0) Assert.True(stop.IsSeen, $"Nobody sees that \"{stop.Name}\" has the focus.");
            if (stop.Name == name) return;
            passed.Add(stop.Name);
        }
        Assert.Fail($"\"{name}\" cannot be reached with Tab. Passed: {string.Join(" | ", passed)}");
    }

    private sealed record Stop
    {
        public string Name { get; init; } = "";
        public bool IsSeen { get; init; }
    }
}
