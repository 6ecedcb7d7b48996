// The search box as every page has it. The rest, search-box.js and the engine, comes as one script when somebody turns
// to it.
{
  const box = document.querySelector(".kb-box");
  const input = box.querySelector("input");
  const root = new URL("..", document.currentScript.src).href;
  let started, connected;

  const load = (path) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = root + path;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
  // What failed is tried again the next time.
  const engine = () =>
    (connected ??= load("search/client.js")
      .then(() => kbSearchReady)
      .catch((error) => {
        connected = undefined;
        throw error;
      }));
  // For other scripts, until the engine's own takes its place.
  globalThis.kbSearch = { query: async (...asked) => (await engine()).query(...asked) };
  globalThis.kbSearchReady = Promise.resolve(kbSearch);

  // Without the engine the box alone can say so.
  const start = () =>
    (started ??= engine()
      .catch(() => shared.open ?? load("kb/search-box.js"))
      .catch(() => new Promise(() => (started = undefined))));
  const shared = (globalThis.kbBox = { box, input, root, engine, isComposing: false });

  const open = () => {
    // On small screens there is no field before this.
    box.classList.add("kb-box--open");
    input.focus();
    input.select();
  };
  input.addEventListener("focus", ({ relatedTarget }) => {
    // Who comes back from the panel may have closed it.
    if (box.contains(relatedTarget) && !relatedTarget.matches(".kb-box__open")) return;
    box.classList.add("kb-box--open");
    start().then(() => shared.open());
  });
  for (const type of ["compositionstart", "compositionend"])
    input.addEventListener(type, () => (shared.isComposing = type === "compositionstart"));

  document.addEventListener("click", ({ target }) => {
    // The large field of the home page opens this one.
    if (target.closest?.(".kb-search, .kb-box__open")) open();
  });
  const FIELDS = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=button])";
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.altKey || document.activeElement?.closest(FIELDS)) return;
    const isShortcut = event.ctrlKey || event.metaKey ? event.key.toLowerCase() === "k" : event.key === "/";
    if (!isShortcut) return;
    event.preventDefault();
    open();
  });

  // The address may hold a query.
  const read = () => {
    const asked = new URLSearchParams(location.search).get("q")?.trim();
    if (asked) start().then(() => shared.ask(asked));
    else shared.close?.();
  };
  addEventListener("popstate", read);
  addEventListener("pageshow", ({ persisted }) => persisted && read());
  read();

  // The page may be a result, with words to highlight.
  try {
    if (JSON.parse(sessionStorage.getItem("kb-found"))?.path === location.pathname) start().then(() => shared.arrive());
  } catch {}
}
