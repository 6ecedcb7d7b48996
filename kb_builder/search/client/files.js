// Fetches the files of an index. Each is a script that calls `kbSearchPut`, which is all that a page on disk may read.

/** An index has been published anew since its first file was read. */
export class Stale extends Error {}

/** The files in one folder; each is fetched once. `run(url)` runs a script and is done when it has run. */
export class Files {
  #base;
  #run;
  #wanted = new Map();
  #found = new Map();
  #version = "";

  constructor(base, run) {
    this.#base = base;
    this.#run = run;
    globalThis.kbSearchPut = (version, name, data) => this.#found.set(name, { version, data });
  }

  /** Return the first file: the given one, or it is fetched, past any cache that holds another version. */
  async open(version = "", given = undefined) {
    this.#wanted.clear();
    this.#version = "";
    const boot = given ?? (await this.#fetch("boot", version));
    this.#version = boot.version;
    return boot.data;
  }

  get(name) {
    if (!this.#wanted.has(name)) {
      const wanted = this.#fetch(name, this.#version);
      this.#wanted.set(name, wanted);
      wanted.catch(() => this.#wanted.delete(name));
    }
    return this.#wanted.get(name).then(({ data }) => data);
  }

  async #fetch(name, version) {
    await this.#run(`${this.#base}${name}.js${version && `?${version}`}`);
    const file = this.#found.get(name);
    this.#found.delete(name);
    if (!file) throw new Error(`${name}.js is not part of a search index`);
    if (this.#version && file.version !== this.#version) throw Object.assign(new Stale(), { version: file.version });
    return file;
  }
}

/** Run a script of the site. */
export function runScript(url) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => resolve(script.remove());
    script.onerror = () => reject(new Error(`${url} cannot be loaded`), script.remove());
    document.head.append(script);
  });
}
