// Loads the page again when its author has changed it. The preview's server is asked what changed, and answers when
// something has; the place on the page is kept.
{
  const KEPT = "kb-preview-place";
  let { since } = document.currentScript.dataset;

  const address = () => {
    const path = decodeURIComponent(location.pathname).slice(1);
    return path === "" || path.endsWith("/") ? `${path}index.html` : path;
  };

  const place = () => ({ page: location.pathname, x: scrollX, y: scrollY });
  const same = (one, other) => ["page", "x", "y"].every((each) => one[each] === other[each]);
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  let reached = null;

  const loadAgain = () => {
    // Findings in a page's place may be too short to reach the place on it: unless a reader moves, it stays wanted.
    const isWanted = kept?.page === location.pathname && (!reached || same(reached, place()));
    sessionStorage.setItem(KEPT, JSON.stringify(isWanted ? kept : place()));
    // Otherwise the browser would go back to where the reader was on what stands here now.
    history.scrollRestoration = "manual";
    location.reload();
  };

  const restore = () => {
    // Not at once: the browser has yet to look whether it may.
    setTimeout(() => (history.scrollRestoration = "auto"), 1000);
    if (kept?.page !== location.pathname) return;
    scrollTo({ left: kept.x, top: kept.y, behavior: "instant" });
    reached = place();
  };
  if (document.readyState === "complete") restore();
  else addEventListener("load", restore);

  const seen = () =>
    new Promise((done) => {
      if (!document.hidden) return done();
      document.addEventListener("visibilitychange", () => done(), { once: true });
    });

  const listen = async () => {
    for (;;) {
      // Browsers open few connections to one server: tabs that nobody looks at need none.
      await seen();
      try {
        const answer = await fetch(`/-/changes?since=${since}`, { cache: "no-store" });
        const { state, pages } = await answer.json();
        since = state;
        if (pages === null || pages.includes(address())) return loadAgain();
      } catch {
        // The server was stopped, or the page is being left.
        await new Promise((done) => setTimeout(done, 1000));
      }
    }
  };
  listen();
}
