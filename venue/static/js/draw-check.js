// The page on which a draw is run again: gets the file, shows how far it is, and says the verdict.
// The sentences stand in the page, in its language; what comes from the file is only ever text.
import { verify } from "./draw-verify.js";

const panel = document.getElementById("check");
const form = panel.querySelector("form");
const bar = document.getElementById("progress");
const verdict = document.getElementById("verdict");
let running = null;

function say(key, values = {}) {
  const sentence = document.querySelector(`#sentences [data-key="${key}"]`).textContent;
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function add(tag, text, parent = verdict) {
  const element = document.createElement(tag);
  element.textContent = text;
  parent.append(element);
  return element;
}

function box(kind, sentence) {
  const element = document.createElement("div");
  element.className = `notice ${kind}`;
  add("strong", sentence, add("p", "", element));
  verdict.append(element);
  return element;
}

// The one application whose number begins so: the whole number, "several", or "missing".
function wholeNumber(bytes, typed) {
  const text = new TextDecoder().decode(bytes);
  const found = [...text.matchAll(new RegExp(`^application\t(${typed}[0-9a-f]*)\t`, "gm"))];
  if (found.length === 1) return { pseudonym: found[0][1] };
  return { problem: found.length > 1 ? "several" : "missing" };
}

async function check(load) {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  verdict.replaceChildren();
  add("p", say("reading"));
  bar.removeAttribute("value");
  bar.hidden = false;
  try {
    const bytes = await load(mine.signal);
    const typed = form.elements.own.value.toLowerCase().replace(/[^0-9a-f]/g, "").slice(0, 16);
    const own = typed ? wholeNumber(bytes, typed) : {};
    const answer = await verify(bytes, {
      pseudonym: own.pseudonym,
      signal: mine.signal,
      progress: ({ done, of }) => { bar.value = of ? done / of : 1; },
    });
    verdict.replaceChildren();
    if (answer.ok) agreed(answer, own);
    else wrong(answer);
  } catch (problem) {
    if (mine.signal.aborted) return;
    verdict.replaceChildren();
    box("warn", say("failed"));
    throw problem;
  } finally {
    if (running === mine) bar.hidden = true;
  }
  verdict.focus();
}

function agreed(answer, own) {
  const said = box("ok", say("agreed"));
  add("p", say(answer.number === null ? "undrawn" : "drawn", answer), said);
  const digest = add("p", say("digest", answer), said);
  digest.className = "digest";
  const published = panel.dataset.digest;
  if (published && published === answer.digest) add("p", say("same"), said);
  else if (published) box("warn", say("other"));
  if (own.problem) box("warn", say(own.problem));
  if (answer.own) explain(answer.own);
}

function explain(own) {
  add("p", say(own.place === null ? "listed" : "own", own)).className = "own";
  const list = add("ol", "");
  let won = false;
  for (const wish of own.wishes) {
    let key = "wish-lost";
    if (own.place === null) key = "wish-listed";
    else if (won) key = "wish-after";
    else if (wish.cancelled) key = "wish-cancelled";
    else if (wish.won) key = "wish-won";
    add("li", say(key, wish), list);
    won ||= wish.won;
  }
}

function wrong(answer) {
  const said = box("warn", say("wrong", answer));
  add("p", say(answer.fault === "digest" ? "fault-digest" : answer.fault), said);
  if (answer.says !== null) {
    add("p", say("says"), said);
    add("pre", answer.says, said);
  }
  if (answer.should === "") add("p", say("nothing"), said);
  else {
    add("p", say(answer.should.includes("\t") ? "should" : "kind"), said);
    add("pre", answer.should, said);
  }
}

async function published(signal) {
  const response = await fetch(panel.dataset.file, { signal });
  if (!response.ok) throw new Error(`the file answers ${response.status}`);
  return response.arrayBuffer();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const [file] = form.elements.file.files;
  if (panel.dataset.file) check(published);
  else if (file) check(() => file.arrayBuffer());
});
form.elements.file.addEventListener("change", () => {
  const [file] = form.elements.file.files;
  if (file) check(() => file.arrayBuffer());
});

form.elements.own.value = /^#[0-9a-f]{4,16}$/.test(location.hash) ? location.hash.slice(1) : "";
panel.hidden = false;
