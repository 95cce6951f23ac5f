// The draw as docs/lottery.md specifies it, by somebody who has seen nothing else of Venue:
//
//   node independent.mjs LIST NUMBER [CANCELLED …]
//
// prints the published file of the frozen LIST and the public NUMBER, with the ids of programs that
// were cancelled after the closing. It believes that the list is as specified, and shares no code
// with what draws or verifies.
import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

const [path, number, ...cancelled] = process.argv.slice(2);
const list = readFileSync(path);
const records = list.toString("utf-8").trimEnd().split("\n").map((line) => line.split("\t"));
const of = (kind) => records.filter(([first]) => first === kind).map(([, ...rest]) => rest);

const free = new Map(); // "12 residents" → seats
for (const [program, name, seats] of of("pool")) {
  free.set(`${program} ${name}`, cancelled.includes(program) ? 0 : Number(seats));
}

const digest = createHash("sha256").update(list).digest("hex");
const seed = createHash("sha256").update(digest + number).digest("hex");
const drawn = of("application").map(([pseudonym, people, ...wishes]) => ({
  lot: createHmac("sha256", seed).update(pseudonym).digest("hex"),
  pseudonym,
  people: Number(people),
  wishes,
}));
drawn.sort((a, b) => {
  const [one, other] = a.lot === b.lot ? [a.pseudonym, b.pseudonym] : [a.lot, b.lot];
  return one < other ? -1 : 1;
});

function outcome({ people, wishes }) {
  for (const wish of wishes) {
    const [program, quotas] = wish.split(":");
    for (const name of [...(quotas ? quotas.split(",") : []), "general"]) {
      const seats = free.get(`${program} ${name}`);
      if (seats >= people) {
        free.set(`${program} ${name}`, seats - people);
        return `${program}\t${name}`;
      }
    }
  }
  return "waiting";
}

const results = [
  `list-digest\t${digest}`,
  `public-number\t${number}`,
  `seed\t${seed}`,
  ...cancelled.map(Number).sort((a, b) => a - b).map((program) => `cancelled\t${program}`),
  ...drawn.map((one, at) => `place\t${at + 1}\t${one.pseudonym}\t${outcome(one)}`),
];
process.stdout.write(list);
process.stdout.write(`${results.join("\n")}\n`);
