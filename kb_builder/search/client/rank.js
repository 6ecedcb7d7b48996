// Finds pages and puts them in order; rank.py does the same, to the last bit.

import { guesses, split } from "./guess.js";
import { decode } from "./postings.js";
import { missingWords, readQuery } from "./query.js";
import { key } from "./tokens.js";

const FULL = 16;
const FACETS = ["type", "owner", "tag", "state"];
const NOTHING = { pages: [], figures: [] };

/** An index whose first file was read. */
export class Ranker {
  #boot;
  #files;
  #terms = new Map();

  constructor(boot, files) {
    this.#boot = boot;
    this.#files = files;
  }

  /**
   * Return `{query, slots, hits, count, facets}`. Each hit is `{page, row, matched, missing, named}`, best first: `named`
   * if the query is the page's id or title; `slots` are what was looked for in the end, each with its `weight`.
   * `options` are those of `kbSearch.query`.
   */
  async rank(text, options) {
    const { limits, weights, pages, fold } = this.#boot;
    const limit = options.limit ?? limits.results;
    const query = readQuery(text, this.#boot);
    const slots = await this.#known(query.slots);
    const covered = new Int32Array(pages);
    const impacts = new Int32Array(pages);
    const places = new Int32Array(pages);
    const masks = new Int32Array(pages);
    let total = 0;
    for (const [number, slot] of slots.entries()) {
      const match = this.#match(slot);
      slot.weight = match.count ? this.#boot.weightOf(match.count) : 0;
      total += FULL * slot.weight;
      for (let page = 0; page < pages && match.count; page++) {
        if (!match.weight[page]) continue;
        covered[page] += slot.weight * match.weight[page];
        impacts[page] += slot.weight * match.impact[page];
        places[page] += slot.weight * match.place[page];
        masks[page] |= 1 << number;
      }
    }
    const shown = await this.#filter(options, masks);
    const best = new Best(Math.max(limit, limits.depth));
    let count = 0;
    for (let page = 0; page < pages; page++) {
      if (!masks[page] || !shown.all(page)) continue;
      count++;
      let impact = impacts[page];
      for (let i = 0; i < weights.coverage && total; i++) impact = Math.floor((impact * covered[page]) / total);
      best.add(page, impact + places[page]);
    }
    const rows = await Promise.all(best.pages.map((page) => this.#row(page)));
    const wanted = key(query.folded);
    const worth = (score, [, id, name, , , , , record]) => {
      const title = key(fold(name));
      const named = wanted !== "" && (wanted === title || wanted === key(fold(id)));
      const common = longestCommon([...wanted], title);
      const share = (whole) => (whole ? Math.floor((score * common) / ([...whole].length * weights.title)) : 0);
      const lost = record * Math.floor(score / weights.record);
      return { named, score: score + share(wanted) + share(title) - lost };
    };
    const hits = best.pages
      .map((page, i) => ({ page, row: rows[i], ...worth(best.scores[i], rows[i]) }))
      .sort((a, b) => b.named - a.named || b.score - a.score)
      .slice(0, limit)
      .map(({ page, row, named }) => {
        const matched = slots.filter((_, number) => masks[page] & (1 << number));
        return { page, row, matched, named, missing: missingWords(query, matched, this.#boot) };
      });
    return { query, slots, hits, count, facets: shown.counts };
  }

  /** Fetch the sections of a hit's page: each anchor, heading and text. */
  async sections({ page, row }) {
    return (await this.#files.get(`x${row.at(-1)}`))[page];
  }

  /** Return for every page the sixteenths, points by impact and points by place of its best match. */
  #match({ term, others }) {
    const { pages, weights } = this.#boot;
    const [weight, impact, place] = [0, 1, 2].map(() => new Int32Array(pages));
    const match = { count: 0, weight, impact, place };
    const impacts = weights.impact.length;
    for (const [each, sixteenths] of [[term, FULL], ...others]) {
      const found = this.#terms.get(each) ?? NOTHING;
      found.pages.forEach((page, i) => {
        const byImpact = sixteenths * weights.impact[found.figures[i] % impacts];
        const byPlace = sixteenths * weights.place[Math.floor(found.figures[i] / impacts)];
        const more = byImpact + byPlace - impact[page] - place[page];
        if (!weight[page]) match.count++;
        else if (more < 0 || (more === 0 && sixteenths <= weight[page])) return;
        weight[page] = sixteenths;
        impact[page] = byImpact;
        place[page] = byPlace;
      });
    }
    return match;
  }

  /** Return the slots; a word that is not in the index makes room for its parts, or is joined by what was meant. */
  async #known(asked) {
    const { limits } = this.#boot;
    await this.#fetch(asked.flatMap(({ term, others }) => [term, ...others.keys()]));
    const unsure = asked.filter(({ term, plain, others }) => plain && !others.size && this.#count(term) <= limits.rare);
    const slots = new Map(asked.map((slot) => [slot, [slot]]));
    for (const slot of unsure) {
      const count = this.#count(slot.term);
      if (!count) await this.#fetch(slot.humps.map(({ term }) => term));
      if (!count && slot.humps.some(({ term }) => this.#count(term))) {
        slots.set(slot, slot.humps.map(({ term, start, end }) => ({ term, spans: [[start, end]], others: new Map() })));
        continue;
      }
      slot.others = new Map(await this.#guesses(slot, count));
      const halves = count || slot.others.size ? undefined : await this.#split(slot.term);
      if (halves) slots.set(slot, halves.map((term) => ({ term, spans: slot.spans, others: new Map() })));
    }
    const known = [...slots.values()].flat().slice(0, limits.slots);
    await this.#fetch(known.flatMap(({ term, others }) => [term, ...others.keys()]));
    return known;
  }

  async #guesses(slot, count) {
    for (const letter of new Set(slot.term.slice(0, 2))) {
      const found = guesses(slot, await this.#words(letter), this.#boot, count);
      if (found.length) return found;
    }
    return [];
  }

  async #split(term) {
    const letters = [...new Set(term)];
    const words = await Promise.all(letters.map((letter) => this.#words(letter)));
    return split(term, new Map(letters.map((letter, i) => [letter, words[i]])), this.#boot.limits.half);
  }

  async #words(letter) {
    const number = this.#boot.words.findIndex((letters) => letters.includes(letter));
    const words = number < 0 ? {} : await this.#files.get(`w${number}`);
    return Object.fromEntries(Object.entries(words).filter(([word]) => word[0] === letter));
  }

  #count(term) {
    return this.#terms.get(term)?.pages.length ?? 0;
  }

  /** Fetch the pages of terms that are not yet here. */
  async #fetch(terms) {
    const wanted = terms.filter((term) => !this.#terms.has(term));
    await Promise.all(
      wanted.map(async (term) => {
        const name = this.#boot.shardOf(term);
        const shard = name ? await this.#files.get(name) : {};
        const text = Object.hasOwn(shard, term) ? shard[term] : "";
        this.#terms.set(term, decode(text, this.#boot.weights.impact.length));
      }),
    );
  }

  async #row(page) {
    const [table, place] = this.#boot.tableOf(page);
    return (await this.#files.get(table))[place];
  }

  /** Return a test for the pages that the facets asked for let through, and the facets' counts if they are wanted. */
  async #filter(options, masks) {
    const chosen = FACETS.map((name) => [options[name] ?? []].flat());
    const counted = options.facets ? FACETS.map((name) => this.#boot.facets[name].map(([value]) => value)) : chosen;
    const term = (facet, value) => `@${FACETS[facet]}:${value}`;
    await this.#fetch(FACETS.flatMap((_, i) => [...counted[i], ...chosen[i]].map((value) => term(i, value))));
    // One bit for each facet that keeps a page out.
    const barred = new Uint8Array(this.#boot.pages);
    chosen.forEach((values, i) => {
      if (!values.length) return;
      const letIn = new Set(values.flatMap((value) => this.#terms.get(term(i, value)).pages));
      for (let page = 0; page < barred.length; page++) if (!letIn.has(page)) barred[page] |= 1 << i;
    });
    const count = (facet, value) => {
      let sum = 0;
      // What a facet offers is what there would be without its own choice.
      for (const page of this.#terms.get(term(facet, value)).pages) {
        if (masks[page] && !(barred[page] & ~(1 << facet))) sum++;
      }
      return sum;
    };
    const offers = FACETS.map((name, i) => [
      name,
      this.#boot.facets[name].map(([value, label]) => ({ value, label, count: options.facets ? count(i, value) : 0 })),
    ]);
    return { all: (page) => !barred[page], counts: options.facets ? Object.fromEntries(offers) : undefined };
  }
}

/** Return the length of the longest piece of a list of characters that is in a text. */
function longestCommon(one, other) {
  let length = 0;
  for (let start = 0; start + length < one.length; ) {
    if (other.includes(one.slice(start, start + length + 1).join(""))) length++;
    else start++;
  }
  return length;
}

/** The best of many pages: highest score first, and of equals the first page. Pages come in order. */
class Best {
  pages = [];
  scores = [];
  #most;

  constructor(most) {
    this.#most = most;
  }

  add(page, score) {
    if (this.pages.length === this.#most) {
      if (score <= this.scores.at(-1)) return;
      this.pages.pop();
      this.scores.pop();
    }
    let place = this.pages.length;
    while (place && this.scores[place - 1] < score) place--;
    this.pages.splice(place, 0, page);
    this.scores.splice(place, 0, score);
  }
}
