// Runs a published draw again from its file, as docs/lottery.md specifies it. No dependencies.
//
//   const verdict = await verify(await file.arrayBuffer(), { pseudonym: "3f…" });
//
// It answers in the words of venue/draws/verifying.py, and is tested against it:
//   { ok: true, name, numberSource, applications, digest, number, won, own }
//   { ok: false, line, fault, says, should }
// `number` and `won` are null while nothing was drawn. `own`, for who gave a pseudonym, is null if
// that is not in the list, or
//   { pseudonym, people, place, of, wishes: [{ programId, title, seats, left, won, cancelled }] }
// with what was left, when it was their turn, in the pools that they may use; `left` is the most in
// one of them. While nothing was drawn, `place` and every `left` is null.
//
// It gives way to the page between batches, reports { done, of } to `progress`, and stops with the
// error of `signal` when that is aborted.

const encoder = new TextEncoder();
const BATCH = 500;
const LONGEST_MS = 30; // without giving way
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

const ID = "[1-9][0-9]{0,9}";
const TEXT = "([^\\t\\n]+)";
const STAMP = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+]08:00";
const HEADING = [
  ["venue-draw\t1", /^venue-draw\t1$/],
  ["draw", new RegExp(`^draw\\t${ID}\\t${TEXT}$`)],
  ["number-source", new RegExp(`^number-source\\t${TEXT}$`)],
  ["window", new RegExp(`^window\\t${STAMP}\\t${STAMP}$`)],
  ["wishes", /^wishes\t([1-9][0-9]?)$/],
];
const POOL = new RegExp(`^pool\\t(${ID})\\t([a-z_]+)\\t(0|[1-9][0-9]{0,8})\\t${TEXT}$`);
const COUNT = /^applications\t(0|[1-9][0-9]{0,8})$/;
const APPLICATION = /^application\t([0-9a-f]{16})\t([1-9][0-9]?)\t([^\n]+)$/;
const NUMBER = /^public-number\t([^\t\n]+)$/;
const CANCELLED = new RegExp(`^cancelled\\t(${ID})$`);
const GENERAL = "general";
const MOST_POOLS = 8; // of one program

class Disagrees extends Error {
  constructor(answer) {
    super(answer.fault);
    this.answer = answer;
  }
}

export async function verify(file, { pseudonym, progress = () => {}, signal } = {}) {
  const bytes = typeof file === "string" ? encoder.encode(file) : new Uint8Array(file);
  const lines = new Lines(bytes);
  const pace = new Pace(progress, signal);
  try {
    return await verdict(lines, bytes, pseudonym, pace);
  } catch (problem) {
    if (problem instanceof Disagrees) return { ok: false, ...problem.answer };
    throw problem;
  }
}

async function verdict(lines, bytes, pseudonym, pace) {
  const list = await readList(lines, pace);
  const digest = hex(await crypto.subtle.digest("SHA-256", bytes.subarray(0, lines.end)));
  const answer = {
    ok: true,
    name: list.name,
    numberSource: list.numberSource,
    applications: list.entries.length,
    digest,
    number: null,
    won: null,
  };
  if (lines.advance() === null) return { ...answer, own: undrawn(list, pseudonym) };
  lines.expect(`list-digest\t${digest}`, "digest");
  const number = lines.match(NUMBER, "public-number")[1];
  const seed = hex(await crypto.subtle.digest("SHA-256", encoder.encode(digest + number)));
  lines.advance();
  lines.expect(`seed\t${seed}`, "seed");
  const cancelled = readCancelled(lines, list);
  const ordered = await order(list.entries, seed, pace);
  const drawn = { ...list, entries: ordered };
  const { won, own } = await compare(lines, drawn, cancelled, pseudonym, pace);
  return { ...answer, number, won, own };
}

// --- the lottery ---------------------------------------------------------------------------------

async function order(entries, seed, pace) {
  const key = await crypto.subtle.importKey(
    "raw", encoder.encode(seed), { name: "HMAC", hash: "SHA-256" }, false, ["sign"],
  );
  // By their first two digits: to sort each of these takes no time that anybody notices.
  const shelves = HEX.map(() => []);
  for (let from = 0; from < entries.length; from += BATCH) {
    const batch = entries.slice(from, from + BATCH);
    const lots = await Promise.all(
      batch.map((entry) => crypto.subtle.sign("HMAC", key, encoder.encode(entry.pseudonym))),
    );
    lots.forEach((lot, at) => {
      const { pseudonym } = batch[at];
      shelves[new Uint8Array(lot)[0]].push({ lot: hex(lot) + pseudonym, entry: batch[at] });
    });
    await pace.step(from, entries.length);
  }
  const ordered = [];
  for (const shelf of shelves) {
    shelf.sort((one, other) => (one.lot < other.lot ? -1 : 1));
    for (const { entry } of shelf) ordered.push(entry);
    shelf.length = 0;
    await pace.step(entries.length, entries.length);
  }
  return ordered;
}

async function compare(lines, list, cancelled, pseudonym, pace) {
  const { pools, entries } = list;
  const left = pools.map((pool) => (cancelled.has(pool.programId) ? 0 : pool.seats));
  let own = null;
  let won = 0;
  for (let at = 0; at < entries.length; at += 1) {
    const entry = entries[at];
    const choice = entry.choices.find((pool) => left[pool] >= entry.people);
    if (entry.pseudonym === pseudonym) {
      own = explain(list, entry, { place: at + 1, left, choice, cancelled });
    }
    const outcome = choice === undefined
      ? "waiting" : `${pools[choice].programId}\t${pools[choice].name}`;
    lines.expect(`place\t${at + 1}\t${entry.pseudonym}\t${outcome}`, "place");
    if (choice !== undefined) {
      left[choice] -= entry.people;
      won += 1;
    }
    lines.advance();
    if (at % BATCH === 0) await pace.step(at, entries.length);
  }
  if (lines.line !== null) throw lines.disagrees("more", "");
  return { won, own };
}

function explain(list, entry, { place = null, left = null, choice, cancelled = new Set() }) {
  const wishes = [];
  let most = 0;
  for (const at of entry.choices) {
    const pool = list.pools[at];
    most = Math.max(most, left ? left[at] : 0);
    if (pool.name !== GENERAL) continue;
    const seats = list.pools
      .filter((one) => one.programId === pool.programId)
      .reduce((sum, one) => sum + one.seats, 0);
    const won = choice !== undefined && list.pools[choice].programId === pool.programId;
    wishes.push({
      programId: pool.programId,
      title: pool.title,
      seats,
      left: left ? most : null,
      won,
      cancelled: cancelled.has(pool.programId),
    });
    most = 0;
  }
  const { pseudonym, people } = entry;
  return { pseudonym, people, place, of: list.entries.length, wishes };
}

function undrawn(list, pseudonym) {
  const entry = list.entries.find((one) => one.pseudonym === pseudonym);
  return entry ? explain(list, entry, {}) : null;
}

// --- the file ------------------------------------------------------------------------------------

class Lines {
  constructor(bytes) {
    this.bytes = bytes;
    this.number = 0;
    this.line = null;
    this.end = 0; // of the bytes up to and with this line
    this.decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  }

  advance() {
    const from = this.end;
    this.number += 1;
    if (from >= this.bytes.length) {
      this.line = null;
      return null;
    }
    const feed = this.bytes.indexOf(10, from);
    this.end = feed < 0 ? this.bytes.length : feed + 1;
    const raw = this.bytes.subarray(from, feed < 0 ? this.end : feed);
    try {
      this.line = this.decoder.decode(raw);
    } catch {
      this.line = new TextDecoder("utf-8", { ignoreBOM: true }).decode(raw);
      throw this.disagrees("encoding", "UTF-8");
    }
    if (feed < 0 || raw[raw.length - 1] === 13) throw this.disagrees("encoding", "LF");
    return this.line;
  }

  match(form, should) {
    const line = this.advance();
    const found = line === null ? null : form.exec(line);
    if (found === null) throw this.disagrees("form", should);
    return found;
  }

  expect(should, fault) {
    if (this.line === should) return;
    const kind = `${should.split("\t", 1)[0]}\t`;
    throw this.disagrees(this.line?.startsWith(kind) ? fault : "form", should);
  }

  disagrees(fault, should) {
    const says = this.line === null ? null : this.line.replace(/[\r\n]+$/, "");
    return new Disagrees({
      line: this.number, fault: says === null ? "ends" : fault, says, should,
    });
  }
}

async function readList(lines, pace) {
  const [, draw, source, , wishes] = HEADING.map(([should, form]) => lines.match(form, should));
  const pools = readPools(lines);
  const count = lines.line === null ? null : COUNT.exec(lines.line);
  if (count === null || pools.length === 0) {
    const missing = pools.length === 0 || lines.line?.startsWith("pool\t");
    throw lines.disagrees("form", missing ? "pool" : "applications");
  }
  const entries = await readEntries(lines, Number(count[1]), pools, Number(wishes[1]), pace);
  return { name: draw[1], numberSource: source[1], pools, entries };
}

function readPools(lines) {
  const pools = [];
  let names = [];
  let programId = 0;
  for (;;) {
    const line = lines.advance();
    const found = line === null ? null : POOL.exec(line);
    if (found === null) break;
    const pool = {
      programId: Number(found[1]), name: found[2], seats: Number(found[3]), title: found[4],
    };
    const begins = names.length === 0 || names.at(-1) === GENERAL;
    if (begins && pool.programId > programId) {
      programId = pool.programId;
      names = [];
    } else if (begins || pool.programId !== programId || names.includes(pool.name)
      || names.length === MOST_POOLS) {
      throw lines.disagrees("order", "pool");
    }
    names.push(pool.name);
    pools.push(pool);
  }
  if (names.length > 0 && names.at(-1) !== GENERAL) throw lines.disagrees("order", "pool");
  return pools;
}

async function readEntries(lines, count, pools, most, pace) {
  const known = words(pools);
  const entries = [];
  let before = "";
  for (let at = 0; at < count; at += 1) {
    const line = lines.advance() ?? "";
    const found = APPLICATION.exec(line);
    if (found === null) {
      throw lines.disagrees(line.startsWith("application\t") ? "form" : "count", "application");
    }
    const [, pseudonym, people, wishes] = found;
    if (pseudonym <= before) throw lines.disagrees("order", "application");
    before = pseudonym;
    const tried = wishes.split("\t").map((word) => known.get(word) ?? []);
    const programs = new Set(tried.filter((one) => one.length > 0).map((one) => one.at(-1)));
    if (programs.size !== tried.length || tried.length > most) {
      throw lines.disagrees("wish", "application");
    }
    entries.push({ pseudonym, people: Number(people), choices: tried.flat() });
    if (at % BATCH === 0) await pace.step(0, count);
  }
  return entries;
}

// Every way to name a program, with the pools that are then tried for it.
function words(pools) {
  const found = new Map();
  let quotas = [];
  pools.forEach((pool, at) => {
    if (pool.name !== GENERAL) {
      quotas.push(at);
      return;
    }
    for (let some = 0; some < 2 ** quotas.length; some += 1) {
      const chosen = quotas.filter((_, bit) => some & (1 << bit));
      const names = chosen.map((one) => pools[one].name).join(",");
      found.set(names ? `${pool.programId}:${names}` : `${pool.programId}`, [...chosen, at]);
    }
    quotas = [];
  });
  return found;
}

function readCancelled(lines, list) {
  const known = new Set(list.pools.map((pool) => pool.programId));
  const found = new Set();
  let before = 0;
  for (;;) {
    const line = lines.advance();
    const match = line === null ? null : CANCELLED.exec(line);
    if (match === null) return found;
    const programId = Number(match[1]);
    if (!known.has(programId) || programId <= before) throw lines.disagrees("order", "cancelled");
    found.add(programId);
    before = programId;
  }
}

class Pace {
  constructor(progress, signal) {
    this.progress = progress;
    this.signal = signal;
    this.since = performance.now();
  }

  async step(done, of) {
    this.signal?.throwIfAborted();
    if (performance.now() - this.since < LONGEST_MS) return;
    this.progress({ done, of });
    await new Promise((resume) => { setTimeout(resume); });
    this.since = performance.now();
  }
}

function hex(buffer) {
  let digits = "";
  for (const byte of new Uint8Array(buffer)) digits += HEX[byte];
  return digits;
}
