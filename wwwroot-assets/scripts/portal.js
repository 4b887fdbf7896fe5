// Keys, copying, the remembered colours, and what happens when the circuit is away. No page needs to call any of it.
(() => {
  const root = document.documentElement;
  const typing = element => element?.closest?.('input, textarea, select, [contenteditable=true]');
  const shortcuts = () => document.getElementById('shortcuts')?.showModal();

  document.addEventListener('click', async event => {
    const hit = selector => event.target.closest?.(selector);
    if (hit('[data-reload]')) return location.reload();
    if (hit('[data-nav-toggle]')) return root.toggleAttribute('data-nav-open');
    if (hit('[data-nav] a')) root.removeAttribute('data-nav-open');
    if (hit('[data-shortcuts]')) { document.getElementById('person-menu')?.hidePopover(); return shortcuts(); }
    const theme = hit('[data-theme-set]');
    if (theme) {
      const choice = theme.dataset.themeSet;
      document.cookie = `portal.theme=${choice}; path=/; max-age=${choice === 'system' ? 0 : 31536000}; samesite=lax`;
      return window.portalTheme();
    }
    const copy = hit('[data-copy]');
    if (copy) {
      await navigator.clipboard.writeText(copy.dataset.copy);
      copy.dataset.copied = '';
      setTimeout(() => delete copy.dataset.copied, 1500);
    }
  });

  // Menus are native popovers under their button: one line is in focus from the start, and choosing one closes the menu
  // before anything else happens, so that the focus is back at the button when a question is asked.
  const rows = menu => [...menu.querySelectorAll('[role=menuitem]')];
  const isMenu = (event, state) => event.newState === state && event.target.matches?.('[data-menu]');
  document.addEventListener('beforetoggle', event => {
    if (!isMenu(event, 'open')) return;
    const button = document.querySelector(`[popovertarget="${event.target.id}"]`).getBoundingClientRect();
    event.target.style.top = `${button.bottom + 4}px`;
    event.target.style.right = `${root.clientWidth - button.right}px`;
  }, true);
  document.addEventListener('toggle', event => { if (isMenu(event, 'open')) rows(event.target)[0]?.focus(); }, true);
  document.addEventListener('click', event => event.target.closest?.('[data-menu] [role=menuitem]')?.closest('[data-menu]').hidePopover(), true);
  const moveInMenu = event => {
    const menu = event.target.closest?.('[data-menu]');
    if (!menu) return false;
    const [all, at] = [rows(menu), rows(menu).indexOf(document.activeElement)];
    const next = { ArrowDown: all[(at + 1) % all.length], ArrowUp: all.at(at - 1), Home: all[0], End: all.at(-1) }[event.key];
    if (!next) return false;
    event.preventDefault();
    next.focus();
    return true;
  };

  // A side panel that closes gives the focus back to what opened it.
  let panel, opener;
  document.addEventListener('focusin', event => {
    const entered = event.target.closest('.side-panel');
    if (entered && entered !== panel) [panel, opener] = [entered, event.relatedTarget];
  });
  new MutationObserver(() => {
    if (!panel || panel.isConnected) return;
    if (document.activeElement === document.body && opener?.isConnected) opener.focus();
    panel = opener = undefined;
  }).observe(document.body, { childList: true, subtree: true });

  document.addEventListener('keydown', event => {
    if (moveInMenu(event)) return;
    const focus = selector => {
      const field = document.querySelector(selector);
      if (field) { event.preventDefault(); field.focus(); field.select?.(); }
    };
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') return focus('[data-search]');
    if (event.key === 'Escape') {
      root.removeAttribute('data-nav-open');
      if (document.activeElement?.matches('[data-search]')) document.activeElement.blur();
      else if (!typing(event.target) && !document.querySelector('dialog[open], .mud-dialog, .mud-popover-open, [popover]:popover-open')) document.querySelector('[data-esc]')?.click();
      return;
    }
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && event.target.closest?.('.search')) {
      const stops = [document.querySelector('[data-search]'), ...document.querySelectorAll('.search-hits a')];
      const next = stops[stops.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1)];
      if (next) { event.preventDefault(); next.focus(); }
      return;
    }
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '/') focus('[data-filter]');
    if (event.key === '?') shortcuts();
  });

  if (!window.Blazor) return;
  // Reconnect only: resuming an evicted circuit can leave a page that looks alive and answers nothing
  // (dotnet/aspnetcore#64607), so a circuit the server no longer has is replaced by a fresh page.
  const screen = document.getElementById('reconnect');
  let away = false;
  const pause = milliseconds => new Promise(done => {
    const timer = setTimeout(done, milliseconds);
    document.addEventListener('visibilitychange', () => { clearTimeout(timer); done(); }, { once: true });
  });
  const comeBack = async () => {
    for (let attempt = 0; away; attempt++) {
      try {
        if (await Blazor.reconnect() === false) return location.reload();
        return;
      } catch { /* the server is not reachable yet */ }
      await pause(Math.min(500 * 2 ** attempt, 10000));
    }
  };
  Blazor.start({
    circuit: {
      reconnectionHandler: {
        onConnectionDown: () => { if (!away) { away = true; if (!screen.open) screen.showModal(); comeBack(); } },
        onConnectionUp: () => { away = false; screen.close(); },
      },
    },
  });
})();
