// Asks the verifier of the page about files: reads [{ bytes, pseudonym }, …], prints its verdicts.
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto; // which node has by itself since its version 19

const source = readFileSync(new URL("../../venue/static/js/draw-verify.js", import.meta.url));
const module = `data:text/javascript;base64,${source.toString("base64")}`;
const { verify } = await import(module);

const answers = [];
for (const { bytes, pseudonym } of JSON.parse(readFileSync(0, "utf-8"))) {
  answers.push(await verify(Buffer.from(bytes, "base64"), { pseudonym }));
}
console.log(JSON.stringify(answers));
