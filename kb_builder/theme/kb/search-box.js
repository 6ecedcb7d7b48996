// The open search box: a combobox with a list of results, after the ARIA practices. Focus stays in the field; the
// arrow keys go through the list. Nothing happens while text is being composed.
if (globalThis.kbBox && !kbBox.open) {
  const { box, input, root } = kbBox;
  const { words, report, language, showsIds, facets: facetNames } = JSON.parse(box.dataset.kbBox);
  const panel = box.querySelector(".kb-box__panel");
  const list = box.querySelector("[role=listbox]");
  const live = box.querySelector(".kb-box__live");
  const STEP = 10;
  const TAGS = 12;
  const RECENT = 6;
  // In milliseconds: after the last key before a search begins, and before it is told and put into the address; for how
  // long results stay when others are under way.
  const PAUSE = 60;
  const QUIET = 400;
  const STAY = 120;

  const state = { asked: 0, active: -1, limit: STEP, isSettled: true, isEnterDue: false, hasMoved: false };
  const chosen = Object.fromEntries(Object.keys(facetNames).map((name) => [name, new Set()]));
  let areFacetsHere = false;
  let options = [];
  let timer, quietTimer;

  const fill = (message, values) => message.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) if (value != null) element.setAttribute(name, value);
    element.append(...children.filter((child) => child != null && child !== false));
    return element;
  }

  // The same pictures as on the pages.
  const ICONS = {
    fresh: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12.5l3 3 5-6",
    due_soon: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.5 2",
    overdue: "M12 3.5L22 20.5H2zM12 10v4.5M12 17.2v.6",
    triggered: "M6 17V11a6 6 0 0 1 12 0v6l1.5 2h-15zM10 21h4",
    never: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.5 9.5a2.5 2.5 0 1 1 3.4 2.3c-.6.3-.9.7-.9 1.4v.6M12 16.6v.5",
    recent: "M4 12a8 8 0 1 0 2.4-5.7L4 8.500M4 4v4.500h4.500M12 8v4.500l3 1.800",
    report: "M5 21V4h13l-3 4 3 4H5",
  };
  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const [key, value] of [["class", "kb-icon"], ["viewBox", "0 0 24 24"], ["aria-hidden", "true"]])
      svg.setAttribute(key, value);
    const path = svg.appendChild(document.createElementNS(svg.namespaceURI, "path"));
    path.setAttribute("d", ICONS[name]);
    return svg;
  }

  // ---- what is on the panel: how many, filters, the list, help, and at the foot the keys and a way to more ----

  const count = make("p", { class: "kb-box__count" });
  const filters = make("div", { class: "kb-box__filters" });
  const below = make("div", { class: "kb-box__below" });
  const key = (name) => make("kbd", {}, name);
  const keys = make(
    "p",
    { class: "kb-box__keys", "aria-hidden": "true" },
    make("span", {}, key("↑"), key("↓"), words.choose),
    make("span", {}, key("Enter"), words.open),
    make("span", {}, key("Esc"), words.close),
  );
  const foot = make("div", { class: "kb-box__foot" }, keys);
  panel.replaceChildren(count, filters, list, below, foot);

  const isOpen = () => !panel.hidden;

  function open() {
    if (isOpen()) return;
    box.classList.add("kb-box--open");
    panel.hidden = false;
    update();
  }

  function close({ keepsAddress = false } = {}) {
    if (!isOpen()) return;
    stop();
    box.classList.remove("kb-box--open");
    panel.hidden = true;
    live.textContent = "";
    activate(-1);
    input.setAttribute("aria-expanded", "false");
    if (!keepsAddress) writeAddress("");
  }

  /** Forget what is under way. */
  function stop() {
    state.asked++;
    state.isEnterDue = false;
    clearTimeout(timer);
    clearTimeout(quietTimer);
    panel.removeAttribute("aria-busy");
  }

  function activate(place) {
    options[state.active]?.setAttribute("aria-selected", "false");
    state.active = place;
    const option = options[place];
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  /** Put options into the list; the first is the one that Enter opens, if there is to be one. */
  function fillList(label, made, first = 0) {
    options = made;
    list.setAttribute("aria-label", label);
    list.replaceChildren(...made);
    list.scrollTop = 0;
    below.replaceChildren();
    foot.replaceChildren(keys);
    list.hidden = !made.length;
    state.active = -1;
    activate(Math.min(first, made.length - 1));
    input.setAttribute("aria-expanded", String(made.length > 0));
  }

  /** Say it once typing has paused, and only the last of it. */
  function tell(message, text = "") {
    clearTimeout(quietTimer);
    quietTimer = setTimeout(() => {
      live.textContent = message;
      writeAddress(text);
    }, QUIET);
  }

  /** The address of this page with a query and its filters; without a query neither is in it. */
  function addressWith(text) {
    const url = new URL(location.href);
    for (const name of ["q", ...Object.keys(chosen)]) url.searchParams.delete(name);
    if (!text) return url;
    url.searchParams.set("q", text);
    for (const [name, values] of Object.entries(chosen))
      for (const value of values) url.searchParams.append(name, value);
    return url;
  }

  function writeAddress(text) {
    const url = addressWith(text);
    if (url.searchParams.toString() === new URLSearchParams(location.search).toString()) return;
    try {
      history.replaceState(history.state, "", url);
    } catch {
      // A page on disk may not change its address.
    }
  }

  // ---- searching ----

  function update() {
    stop();
    const text = input.value.trim();
    box.classList.toggle("kb-box--filled", input.value !== "");
    state.hasMoved = false;
    state.isSettled = !text;
    if (!text) return showRecent();
    panel.setAttribute("aria-busy", "true");
    timer = setTimeout(() => search(text), PAUSE);
  }

  /** Show what is found for a text; what is shown `already` keeps its place, and the next is the one to open. */
  async function search(text, already = []) {
    const number = ++state.asked;
    const isLast = () => number === state.asked;
    const wanted = Object.fromEntries(Object.entries(chosen).map(([name, values]) => [name, [...values]]));
    const asked = { ...wanted, limit: state.limit };
    panel.setAttribute("aria-busy", "true");
    if (!options.length) count.textContent = words.searching;
    try {
      const { query } = await kbBox.engine();
      // Titles are there first. Their texts follow in a moment, unless somebody types on; so what is typed in one go
      // fetches little. Where results are shown already, they stay for as long.
      const onRanked = async (early) => {
        const isFirst = !options.length;
        const show = () => isLast() && !state.isSettled && showResults(text, early, 0, true);
        if (isFirst && early.length) show();
        if (isFirst) await new Promise((resolve) => setTimeout(resolve, STAY));
        else if (!already.length) setTimeout(show, STAY);
        return isLast();
      };
      const results = await query(text, { ...asked, facets: areFacetsHere, onRanked });
      if (!isLast()) return;
      // More candidates may come in another order.
      const shown = new Set(already.map(pageOf));
      const added = results.filter((result) => !shown.has(pageOf(result))).slice(0, results.length - already.length);
      const { count: found, facets: offered } = results;
      showResults(text, Object.assign([...already, ...added], { count: found, facets: offered }), already.length);
      state.isSettled = true;
      if (state.isEnterDue) return options[Math.max(0, state.active)]?.click();
      if (areFacetsHere) return;
      // The first results do not wait for what the filters need, nor are they lost without it.
      const { facets } = await query(text, { ...asked, facets: true }).catch(() => ({}));
      areFacetsHere = facets !== undefined;
      if (isLast() && facets) showFilters(facets);
    } catch {
      if (isLast()) showFailure();
    } finally {
      if (isLast()) panel.removeAttribute("aria-busy");
    }
  }

  const pageOf = ({ url }) => url.split("#")[0];

  function marked(text, marks) {
    const parts = [];
    let done = 0;
    for (const [start, end] of marks) {
      parts.push(text.slice(done, start), make("mark", {}, text.slice(start, end)));
      done = end;
    }
    return [...parts, text.slice(done)];
  }

  const quoted = (word) => fill(words.quote, { word: word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "") });

  function optionOf(result, place) {
    const { title, section, excerpt, missing, type, owner, state: review } = result;
    const lang = result.language === language ? null : result.language;
    const id = `kb-box-${place}`;
    const text = (name, ...children) =>
      make("span", { class: `kb-box__${name}`, id: `${id}-${name}`, lang }, ...children);
    // A page without a heading of its own over the excerpt repeats nothing.
    const hasSection = section && section !== title;
    const option = make(
      "a",
      {
        role: "option",
        id,
        class: "kb-box__option",
        href: result.href,
        tabindex: -1,
        "aria-selected": "false",
        "aria-labelledby": `${id}-title ${id}-section ${id}-missing ${id}-facts`,
      },
      text("title", ...marked(title, result.titleMarks)),
      hasSection && text("section", ...marked(section, result.sectionMarks)),
      text("excerpt", ...marked(excerpt, result.excerptMarks)),
      missing.length > 0 &&
        make(
          "span",
          { class: "kb-box__missing", id: `${id}-missing` },
          fill(words.partial, { words: missing.map(quoted).join(words.comma) }),
        ),
      make(
        "span",
        { class: "kb-box__facts", id: `${id}-facts` },
        type.label && make("span", { class: "kb-chip" }, type.label),
        showsIds && result.id && make("span", { class: "kb-id" }, result.id),
        owner.label && make("span", {}, owner.label),
        review.value in ICONS &&
          make("span", { class: `kb-badge kb-badge--${review.value}` }, icon(review.value), review.label),
      ),
    );
    option.kbResult = result;
    return option;
  }

  function showResults(text, results, first, isEarly = false) {
    const message = results.count ? fill(words.count, { n: results.count }) : fill(words.none, { query: text });
    count.textContent = message;
    fillList(words.results, results.map(optionOf), first);
    list.toggleAttribute("data-kb-early", isEarly);
    const rest = results.count - results.length;
    const more = make("button", { type: "button", class: "kb-box__more" }, fill(words.more, { n: rest }));
    more.addEventListener("click", () => {
      state.limit += 2 * STEP;
      input.focus();
      search(text, results);
    });
    if (rest > 0) foot.append(more);
    if (!results.count) below.replaceChildren(...helpFor(text));
    if (results.facets) showFilters(results.facets);
    tell(message, text);
  }

  function helpFor(text) {
    const isFiltered = Object.values(chosen).some(({ size }) => size);
    const subject = fill(words.gap, { query: text });
    return [
      isFiltered && action(words.unfilter, unfilter),
      make("ul", { class: "kb-box__tips" }, ...words.tips.map((tip) => make("li", {}, tip))),
      report != null &&
        make("a", { class: "kb-box__report", href: reportAddress(subject, addressWith(text).href) }, icon("report"), words.report),
      make("a", { href: `${root}index.html` }, words.all),
    ].filter(Boolean);
  }

  /** Where a page that is missing can be asked for: as kb.yml says, else by a mail whose recipient the reader knows. */
  function reportAddress(subject, here) {
    const [title, url] = [subject, here].map(encodeURIComponent);
    if (!report) return `mailto:?subject=${title}&body=${url}`;
    const values = { title, url };
    // What is about a page and nothing else is left out, as is what stood between its id and the title.
    return report
      .replaceAll(/=[^&]*\{[^&]*/g, (value) => (/\{(?:title|url)\}/.test(value) ? value : "="))
      .replaceAll(/\{(\w+)\}/g, (_, name) => values[name] ?? "")
      .replaceAll(/=(?:%20|\+)+/g, "=");
  }

  function action(label, act) {
    const button = make("button", { type: "button", class: "kb-box__action" }, label);
    button.addEventListener("click", () => {
      input.focus();
      act();
    });
    return button;
  }

  function showFailure() {
    count.textContent = words.failed;
    fillList(words.results, []);
    below.replaceChildren(action(words.again, update));
    tell(words.failed);
  }

  // ---- filters ----

  function showFilters(facets) {
    const rows = Object.entries(facetNames).map(([name, label]) => {
      const offered = facets[name].filter(({ value, count: n }) => n || chosen[name].has(value));
      // One value for all says nothing.
      if (offered.length < 2 && !chosen[name].size) return null;
      if (name === "tag") offered.sort((a, b) => b.count - a.count);
      const shown = name === "tag" ? offered.filter(({ value }, at) => at < TAGS || chosen[name].has(value)) : offered;
      const heading = make("span", { class: "kb-box__facet", id: `kb-box-facet-${name}` }, label);
      const toggles = shown.map(({ value, label: text, count: n }) =>
        make(
          "button",
          {
            type: "button",
            class: "kb-box__toggle",
            "aria-pressed": String(chosen[name].has(value)),
            "data-kb-facet": name,
            "data-kb-value": value,
          },
          text,
          make("span", { class: "kb-box__number" }, ` ${n}`),
        ),
      );
      return make("div", { class: "kb-box__row", role: "group", "aria-labelledby": heading.id }, heading, ...toggles);
    });
    const shown = rows.filter(Boolean);
    const focused = document.activeElement;
    const held = filters.contains(focused) ? { ...focused.dataset, isMore: focused.matches(".kb-box__rest") } : null;
    const rest = filters.querySelector(".kb-box__rest");
    const isNeeded = shown.slice(1).some((row) => row.querySelector("[aria-pressed=true]"));
    const isWide = isNeeded || rest?.getAttribute("aria-expanded") === "true";
    filters.replaceChildren(...shown);
    if (shown.length > 1) {
      const button = make(
        "button",
        { type: "button", class: "kb-box__rest", "aria-expanded": String(isWide) },
        words.filters,
      );
      button.addEventListener("click", () => expand(button.getAttribute("aria-expanded") === "false"));
      shown[0].append(button);
      expand(isWide);
    }
    // The buttons are new ones: focus goes to the one that has taken the place of the old.
    if (held) {
      const same = [...filters.querySelectorAll("button")].find((button) =>
        held.isMore
          ? button.matches(".kb-box__rest")
          : button.dataset.kbFacet === held.kbFacet && button.dataset.kbValue === held.kbValue,
      );
      (same ?? input).focus();
    }
  }

  function expand(isWide) {
    filters.querySelector(".kb-box__rest").setAttribute("aria-expanded", String(isWide));
    [...filters.children].slice(1).forEach((row) => (row.hidden = !isWide));
  }

  function unfilter() {
    for (const values of Object.values(chosen)) values.clear();
    update();
  }

  filters.addEventListener("click", ({ target }) => {
    const toggle = target.closest("[data-kb-facet]");
    if (!toggle) return;
    const values = chosen[toggle.dataset.kbFacet];
    const value = toggle.dataset.kbValue;
    if (!values.delete(value)) values.add(value);
    toggle.setAttribute("aria-pressed", String(values.has(value)));
    state.limit = STEP;
    update();
  });

  // ---- earlier searches ----

  const STORE = `kb-recent ${new URL(root).pathname}`;
  function recent() {
    try {
      const stored = JSON.parse(localStorage.getItem(STORE));
      return Array.isArray(stored) ? stored.filter((text) => typeof text === "string").slice(0, RECENT) : [];
    } catch {
      return [];
    }
  }
  function keepRecent(texts) {
    try {
      if (texts.length) localStorage.setItem(STORE, JSON.stringify(texts.slice(0, RECENT)));
      else localStorage.removeItem(STORE);
    } catch {
      // Storage may be denied; then nothing is kept.
    }
  }

  function showRecent() {
    state.limit = STEP;
    for (const values of Object.values(chosen)) values.clear();
    const texts = recent();
    filters.replaceChildren();
    count.textContent = texts.length ? words.recent : words.hint;
    const made = texts.map((text, place) => {
      const kind = "kb-box__option kb-box__option--recent";
      const attributes = { role: "option", id: `kb-box-${place}`, class: kind, "aria-selected": "false" };
      const option = make("div", attributes, icon("recent"), text);
      option.kbText = text;
      return option;
    });
    fillList(words.recent, made, -1);
    below.replaceChildren(...(texts.length ? [action(words.forget, () => (keepRecent([]), showRecent()))] : []));
    tell(count.textContent);
  }

  // ---- opening what was found ----

  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    if (option.kbText) {
      input.value = option.kbText;
      input.focus();
      return update();
    }
    const text = input.value.trim();
    keepRecent([text, ...recent().filter((each) => each !== text)]);
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const isHere = option.pathname === location.pathname;
    keepFound({ path: option.pathname, words: option.kbResult.words });
    // Going back from the page leads to the search; within a page, an address with a query would be another page.
    writeAddress(isHere ? "" : text);
    close({ keepsAddress: true });
    input.blur();
    if (isHere) arrive();
  });

  let found;
  function keepFound(value) {
    found = value;
    try {
      if (value) sessionStorage.setItem("kb-found", JSON.stringify(value));
      else sessionStorage.removeItem("kb-found");
    } catch {
      // Without storage, words are highlighted on pages that are swapped in place only.
    }
  }

  /** Highlight on the page what led to it. */
  async function arrive() {
    CSS.highlights?.delete("kb-found");
    if (!found)
      try {
        found = JSON.parse(sessionStorage.getItem("kb-found"));
      } catch {
        return;
      }
    if (found?.path !== location.pathname) return;
    const wanted = found.words;
    keepFound(undefined);
    const article = document.querySelector("article");
    if (!CSS.highlights || !article) return;
    const { marks } = await kbBox.engine();
    const ranges = [];
    const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.parentElement.closest("svg, script, style, .headerlink")) continue;
      for (const [startOffset, endOffset] of marks(node.data, wanted))
        ranges.push(new StaticRange({ startContainer: node, startOffset, endContainer: node, endOffset }));
    }
    CSS.highlights.set("kb-found", new Highlight(...ranges));
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && !box.contains(event.target)) CSS.highlights?.delete("kb-found");
  });

  // ---- keys, text, focus ----

  function move(step) {
    if (!isOpen()) return open();
    if (!options.length) return;
    state.hasMoved = true;
    const from = state.active < 0 && step < 0 ? 0 : state.active;
    activate((from + step + options.length) % options.length);
  }

  /** Whether Home or End is for the list: while it is gone through, or where the cursor is there already. */
  function isForList(place) {
    return options.length > 0 && (state.hasMoved || (input.selectionStart === place && input.selectionEnd === place));
  }

  const KEYS = {
    ArrowDown: () => (move(1), true),
    ArrowUp: () => (move(-1), true),
    Home: () => isForList(0) && (move(-Math.max(0, state.active)), true),
    End: () => isForList(input.value.length) && (move(options.length - 1 - Math.max(0, state.active)), true),
    Enter: ({ ctrlKey, metaKey }) => {
      if (!isOpen()) open();
      else if (!state.isSettled) state.isEnterDue = true;
      else options[state.active]?.dispatchEvent(
        new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey }),
      );
      return true;
    },
    Escape: () => {
      if (isOpen()) leave();
      else if (input.value) {
        input.value = "";
        box.classList.remove("kb-box--filled");
      } else return false;
      return true;
    },
  };

  /** Close the panel for somebody who stays: on a small screen the field goes too. */
  function leave() {
    input.focus();
    close();
    const opener = box.querySelector(".kb-box__open");
    if (opener.offsetParent) opener.focus();
  }

  box.addEventListener("keydown", (event) => {
    // Keys of an input method, also the Enter that Safari reports after the text is composed.
    if (event.isComposing || event.keyCode === 229 || kbBox.isComposing) return;
    // Material takes single letters for commands where no field has focus.
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
    if (event.altKey || event.shiftKey) return;
    const act = event.target === input || (event.key === "Escape" && isOpen()) ? KEYS[event.key] : undefined;
    if (act?.(event)) event.preventDefault();
  });
  input.addEventListener("input", (event) => {
    if (event.isComposing || kbBox.isComposing) return;
    typed();
  });
  input.addEventListener("compositionend", () => typed());

  function typed() {
    state.limit = STEP;
    if (isOpen()) update();
    else open();
  }

  // Pressing on the panel takes no focus from the field, and so does not close the panel.
  panel.addEventListener("mousedown", (event) => event.preventDefault());
  input.addEventListener("click", open);
  box.querySelector(".kb-box__back").addEventListener("click", leave);
  box.querySelector(".kb-box__clear").addEventListener("click", () => {
    input.value = "";
    input.focus();
    update();
  });
  box.addEventListener("focusout", () => {
    // When the window loses focus, the field keeps it.
    setTimeout(() => box.contains(document.activeElement) || close());
  });

  kbBox.open = open;
  kbBox.close = () => close({ keepsAddress: true });
  kbBox.ask = (text) => {
    input.value = text;
    const asked = new URLSearchParams(location.search);
    for (const name of Object.keys(chosen)) chosen[name] = new Set(asked.getAll(name).filter(Boolean));
    state.limit = STEP;
    box.classList.add("kb-box--open");
    input.focus();
    if (isOpen()) update();
    else open();
  };
  kbBox.arrive = arrive;
  window.document$?.subscribe(arrive);
}
