// What the sites do beyond Material's own script. Pages are swapped in place: listeners are on the document, and what a
// page needs at its beginning is done for every page that Material announces.
{
  (window.document$ ?? { subscribe: (act) => act() }).subscribe(() => {
    // The next page may speak another language; Material swaps what is within the body only.
    document.documentElement.lang = document.querySelector("meta[name=kb-language]").content;
    // Buttons that need a script show themselves only where there is one.
    for (const button of document.querySelectorAll(".kb-button[hidden]"))
      button.hidden = button.matches("[data-kb-fullscreen]") && !document.fullscreenEnabled;
  });

  document.addEventListener("click", async ({ target }) => {
    const button = target.closest?.("[data-kb-fullscreen]");
    if (!button) return;
    const chart = document.querySelector(button.dataset.kbFullscreen);
    await chart.requestFullscreen();
    chart.focus();
  });

  // A link to another place of the page leads out of the full-size view, before Material sees the click.
  const leave = async (event) => {
    const link = event.target.closest?.(":fullscreen a[href*='#']");
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    await document.exitFullscreen();
    link.click();
  };
  document.addEventListener("click", leave, { capture: true });

  // Material swaps pages at the address that kb.yml gives: it looks links up in sitemap.xml. At any other address, such
  // as that of a trial run, it is asked to do the same here. Without a server neither is possible.
  const { base, features } = JSON.parse(document.querySelector("#__config").textContent);
  const root = new URL(base, location).href;
  const isKnown = document.querySelector("link[rel=canonical]")?.href.startsWith(root);
  if (features.includes("navigation.instant") && location.protocol !== "file:" && !isKnown)
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href]");
      if (!(link instanceof HTMLAnchorElement) || link.target || link.pathname === location.pathname) return;
      if (!link.href.startsWith(root) || !link.pathname.endsWith(".html")) return;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      history.replaceState({ x: scrollX, y: scrollY }, "");
      history.pushState(null, "", link.href);
      window.location$.next(new URL(link.href));
    });
}
