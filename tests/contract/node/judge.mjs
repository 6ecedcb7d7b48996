// Reads a JSON list of {format, text} from standard input; prints a JSON list of what is wrong with each: [] is good.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

// Mermaid cleans labels with DOMPurify, which wants a page.
const page = new JSDOM("<!doctype html><body></body>");
globalThis.window = page.window;
globalThis.document = page.window.document;

const { default: mermaid } = await import("mermaid");
const { BpmnModdle } = await import("bpmn-moddle");

mermaid.initialize({ startOnLoad: false, suppressErrorRendering: true });

async function faultsOfMermaid(text) {
  try {
    const { diagramType } = await mermaid.parse(text);
    return diagramType.startsWith("flowchart") ? [] : [`read as ${diagramType}`];
  } catch (error) {
    return [String(error.message ?? error)];
  }
}

async function faultsOfBpmn(text) {
  try {
    const { warnings } = await new BpmnModdle().fromXML(text);
    return warnings.map((warning) => warning.message);
  } catch (error) {
    return [String(error.message ?? error)];
  }
}

const judges = { mermaid: faultsOfMermaid, bpmn: faultsOfBpmn };
const found = [];
for (const { format, text } of JSON.parse(readFileSync(0, "utf8"))) {
  found.push(await judges[format](text));
}
process.stdout.write(JSON.stringify(found));
