// Search in the browser. Loading this script connects to the index it lies beside and sets `window.kbSearch`.

import { readBoot } from "./boot.js";
import { excerpt, marks, needles, occurrences } from "./excerpt.js";
import { Files, runScript, Stale } from "./files.js";
import { Ranker } from "./rank.js";

/**
 * Open the index in a folder and return `{query, marks}`. `given` is its first file as `{version, data}`, if it is here.
 *
 * `query(text, options)` answers with a list of results, best first. Options, all of them optional: `limit`; `type`,
 * `owner`, `tag`, `state`, each a value or a list of which a page must have one; `facets: true` to have them counted;
 * `onRanked(results)`, called as soon as the order is known. The texts of the pages are fetched when it, or the promise
 * that it returns, is done; if that gives `false`, they are not.
 *
 * A result is `{url, href, id, title, titleMarks, section, sectionMarks, excerpt, excerptMarks, missing, type, owner,
 * state, language, words}`: `url` is relative to the site and leads to the section, `href` is the whole address; marks
 * are pairs of start and end; `missing` are words that the page does not hold; `type`, `owner` and `state` are
 * `{value, label}`; `words` is what was looked for. The list has `count`, the number of all pages found, and, if asked
 * for, `facets`: name to `[{value, label, count}]`.
 *
 * `marks(text, words)` says where a result's words are in another text, such as that of its page.
 */
export async function connect(base, run = runScript, given = undefined) {
  const files = new Files(base, run);
  let boot;
  let ranker;

  async function open(version, first) {
    boot = readBoot(await files.open(version, first));
    ranker = new Ranker(boot, files);
  }

  async function answer(text, options) {
    const { hits, count, facets } = await ranker.rank(text, options);
    const wanted = hits.map(({ matched }) => needles(matched, boot));
    const list = (results) => Object.assign(results, { count, facets });
    const plain = hits.map((hit, i) => describe(hit, wanted[i], excerpt([])));
    if ((await options.onRanked?.(list([...plain]))) === false) return list(plain);
    return list(
      await Promise.all(
        hits.map(async (hit, i) => {
          const every = await ranker.sections(hit);
          // Who names a page wants all of it.
          const sections = hit.named ? every.slice(0, 1) : every;
          return describe(hit, wanted[i], excerpt(sections, wanted[i], boot.fold, boot.limits.excerpt));
        }),
      ),
    );
  }

  function describe({ row: [url, id, title, type, owner, state, language], missing }, sought, part) {
    const address = url + (part.anchor && `#${encodeURIComponent(part.anchor)}`);
    const facet = (name, number) => {
      const [value, label] = boot.facets[name][number] ?? ["", ""];
      return { value, label };
    };
    return {
      url: address,
      href: new URL(`../${address}`, base).href,
      id,
      title,
      titleMarks: marks(occurrences(title, sought, boot.fold)),
      section: part.heading,
      sectionMarks: part.headingMarks,
      excerpt: part.excerpt,
      excerptMarks: part.marks,
      missing,
      type: facet("type", type),
      owner: facet("owner", owner),
      state: facet("state", state),
      language: boot.languages[language],
      words: sought.flatMap(({ words }) => words),
    };
  }

  await open("", given);
  return {
    async query(text, options = {}) {
      try {
        return await answer(text, options);
      } catch (error) {
        if (!(error instanceof Stale)) throw error;
        await open(error.version);
        return answer(text, options);
      }
    },
    marks: (text, words) => marks(occurrences(text, [{ words }], boot.fold)),
  };
}
