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

  // A report says at which heading the reader is: the one whose ¶ was followed last on this page, or the one that the
  // address names while it can be seen, or the last one in the upper third of the window or above; at the end of a page
  // the last. The beginning of a page is under none.
  let marked;
  const isSeen = (element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  };
  function headingInView() {
    const article = document.querySelector("article");
    const headings = [...article.querySelectorAll(":is(h2, h3, h4, h5, h6)[id]")];
    if (headings.includes(marked)) return marked;
    const named = headings.find(({ id }) => `#${encodeURIComponent(id)}` === location.hash || `#${id}` === location.hash);
    if (named && isSeen(named)) return named;
    if (isSeen(article.querySelector("h1"))) return undefined;
    const isAtEnd = scrollY + innerHeight > document.documentElement.scrollHeight - 2;
    const line = isAtEnd ? innerHeight : innerHeight / 3;
    return headings.findLast((heading) => heading.getBoundingClientRect().top < line);
  }
  const complete = ({ target }) => {
    const link = target.closest?.("[data-kb-report]");
    if (!link) return;
    const heading = headingInView();
    const text = heading?.cloneNode(true);
    text?.querySelector(".headerlink")?.remove();
    const url = new URL(location.href);
    url.search = "";
    url.hash = heading?.id ?? "";
    const values = { heading: [...(text?.textContent.trim() ?? "")].slice(0, 80).join(""), url: url.href };
    link.href = link.dataset.kbReport.replace(/\{(heading|url)\}/g, (_, name) => encodeURIComponent(values[name]));
  };
  // Also before it is opened in another tab, or copied.
  for (const type of ["click", "auxclick", "contextmenu"]) document.addEventListener(type, complete, { capture: true });
  document.addEventListener("click", ({ target }) => {
    if (target.closest?.(".headerlink")) marked = target.closest("h2, h3, h4, h5, h6");
  });

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
