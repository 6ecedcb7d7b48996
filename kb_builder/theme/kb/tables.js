// Tables marked with data-kb-table can be sorted by their headings and, if they are long, filtered by words. Without a
// script they are plain tables in their own order.
{
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  // The value of a cell to sort by: what the page gives, else what it shows.
  const valueOf = (row, column) => row.cells[column]?.dataset.kbValue ?? row.cells[column]?.textContent.trim() ?? "";
  const isBlank = (text) => text === "" || text === "—";
  const numberOf = (text) => (/^[-+]?[\d,]+(\.\d+)?\s*%?$/.test(text) ? parseFloat(text.replaceAll(",", "")) : NaN);

  const compare = (collator, x, y) => {
    const [a, b] = [numberOf(x), numberOf(y)];
    return Number.isNaN(a) || Number.isNaN(b) ? collator.compare(x, y) : a - b;
  };

  const sort = (table, heading) => {
    const column = heading.cellIndex;
    const down = heading.getAttribute("aria-sort") === "ascending";
    const collator = new Intl.Collator(document.documentElement.lang || undefined, { numeric: true });
    for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    for (const body of table.tBodies) {
      const rows = [...body.rows];
      rows.sort((a, b) => {
        const [x, y] = [valueOf(a, column), valueOf(b, column)];
        // Cells without a value stay at the end, whichever way the others go.
        if (isBlank(x) || isBlank(y)) return isBlank(x) - isBlank(y);
        return (down ? -1 : 1) * compare(collator, x, y);
      });
      body.append(...rows);
    }
  };

  const filter = (table, words, count) => {
    const wanted = fold(words).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const body of table.tBodies) {
      for (const row of body.rows) {
        const text = fold(row.textContent);
        row.hidden = !wanted.every((word) => text.includes(word));
        shown += !row.hidden;
      }
    }
    count.textContent = wanted.length ? table.dataset.kbCount.replace("{n}", shown) : "";
  };

  const prepare = (table) => {
    if (table.dataset.kbReady) return;
    table.dataset.kbReady = "true";
    for (const heading of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "kb-sort";
      button.append(...heading.childNodes);
      button.addEventListener("click", () => sort(table, heading));
      heading.append(button);
    }
    const rows = [...table.tBodies].reduce((sum, body) => sum + body.rows.length, 0);
    if (!table.dataset.kbFilter || rows < 6) return;
    const box = document.createElement("div");
    box.className = "kb-filter";
    const input = document.createElement("input");
    input.type = "search";
    input.placeholder = table.dataset.kbFilter;
    input.setAttribute("aria-label", table.dataset.kbFilter);
    const count = document.createElement("span");
    count.setAttribute("role", "status");
    input.addEventListener("input", () => filter(table, input.value, count));
    box.append(input, count);
    (table.closest(".kb-scroll") ?? table).before(box);
  };

  const prepareAll = () => document.querySelectorAll("table[data-kb-table]").forEach(prepare);
  prepareAll();
  // Pages that are swapped in later. Without a server Material swaps none, and says nothing of the first either.
  window.document$?.subscribe(prepareAll);
}
