// Asks the client's modules in one folder about the index in another. Queries come in as JSON, answers go out.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import vm from "node:vm";

const [modules, index] = process.argv.slice(2);
const { connect } = await import(pathToFileURL(`${modules}/search.js`).href);
const run = async (url) => vm.runInThisContext(readFileSync(new URL(url.split("?")[0]), "utf8"));
const kbSearch = await connect(`${pathToFileURL(index).href}/`, run);
const answers = [];
for (const query of JSON.parse(readFileSync(0, "utf8"))) {
  const results = await kbSearch.query(query, { facets: true });
  answers.push({ query, count: results.count, facets: results.facets, results });
}
process.stdout.write(JSON.stringify(answers));
