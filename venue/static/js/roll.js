// The roll on a phone: a tap shows at once and is sent; without a connection it waits, visibly, and is
// sent again when the network is back. The server's answer is the roll as it is; nothing is decided
// here. Without this script the same forms load the page anew.
import { drop, keep, newKey, waitingTaps } from "./taps.js";

const PARTIAL = { "HX-Request": "true", "HX-Request-Type": "partial" };
const PATIENCE = 15_000; // until a silent connection counts as none
const SILENT = 2_000; // after so long without an answer a tap is shown as waiting
const AGAIN = 15_000; // between two tries while something waits
const SAME_TAP = 600; // a second touch of the same row within this time is the same tap

const banner = document.getElementById("waiting");
const signedOut = document.getElementById("signed-out");
const refused = document.getElementById("refused");
const search = document.getElementById("roll-search");
const viewer = roll()?.dataset.viewer;
let sending = false;
let stuck = false; // the last try found no connection
let lastTap = { row: null, at: 0 };

function roll() {
  return document.getElementById("roll");
}

function here() {
  return roll().dataset.session;
}

// ---- What the page shows ----

function show(row, there) {
  row.classList.toggle("there", there);
  for (const form of row.querySelectorAll("[data-tap]")) {
    form.hidden = (form.dataset.tap === "arrival") === there;
  }
}

function count() {
  const heading = document.getElementById("roll-count");
  const rows = [...roll().querySelectorAll(".on-roll[data-seat]")];
  if (!rows.length || search?.defaultValue) return; // asked of the server, the page has a part only
  heading.textContent = heading.dataset.words
    .replace("{n}", rows.filter((row) => row.classList.contains("there")).length)
    .replace("{all}", rows.length);
}

function draw() {
  const taps = waitingTaps(viewer);
  for (const row of roll().querySelectorAll(".on-roll.waiting")) row.classList.remove("waiting");
  for (const tap of taps) {
    const row = tap.session === here() && document.getElementById(`person-${tap.person}`);
    if (!row) continue;
    show(row, tap.does === "arrival");
    row.classList.toggle("waiting", stuck);
  }
  count();
  const words = banner.querySelector("[data-words]");
  words.textContent = words.dataset.words.replace("{n}", taps.length);
  banner.hidden = !taps.length || !stuck;
}

function replace(page) {
  const fresh = new DOMParser().parseFromString(page, "text/html").getElementById("roll");
  if (!fresh) return false;
  const focus = document.activeElement?.id;
  roll().replaceWith(document.importNode(fresh, true));
  window.htmx?.process(roll());
  filter();
  if (focus) refocus(focus);
  return true;
}

// The button that was touched has given its place to the other of its row.
function refocus(id) {
  const person = id.replace(/^(arrive|correct)-/, "");
  for (const one of [id, `arrive-${person}`, `correct-${person}`]) {
    const button = document.getElementById(one);
    if (button && !button.closest("[hidden]")) return button.focus({ preventScroll: true });
  }
}

function filter() {
  if (!search) return;
  const wanted = search.value.trim();
  const rows = [...roll().querySelectorAll(".on-roll")];
  for (const row of rows) row.hidden = !row.dataset.name.includes(wanted);
  document.getElementById("nobody-found").hidden = !rows.length || rows.some((row) => !row.hidden);
}

// What the server refused is gone from the queue: it is said, and stays said.
function complain(tap) {
  const line = document.createElement("li");
  const reason = roll().querySelector("#roll-said")?.textContent.trim().replace(/\s+/g, " ") || "";
  line.className = "notice warn";
  line.textContent = `${refused.dataset.words.replace("{name}", tap.name)} ${reason}`;
  refused.append(line);
}

// ---- Sending ----

async function ask(path, options) {
  const given = new AbortController();
  const timer = setTimeout(() => given.abort(), PATIENCE);
  try {
    const answer = await fetch(path, { ...options, headers: PARTIAL, signal: given.signal });
    return { status: answer.status, text: await answer.text() };
  } catch {
    return { status: 0, text: "" };
  } finally {
    clearTimeout(timer);
  }
}

function post(tap) {
  const token = document.querySelector("main [name=csrf_token]")?.value || "";
  const body = new URLSearchParams([
    ["csrf_token", token], ["submission_key", tap.key], ...tap.fields,
  ]);
  return ask(tap.path, { method: "POST", body });
}

// The token of a page that lay open for hours has run out: ask for a fresh roll, and once more.
async function postWithFreshToken(tap) {
  const answer = await post(tap);
  if (answer.status !== 422) return answer;
  const page = await ask(location.pathname);
  if (page.status !== 200 || !replace(page.text)) return page.status ? answer : page;
  return post(tap);
}

async function send(tap) {
  const silent = setTimeout(() => { stuck = true; draw(); }, SILENT);
  const answer = await postWithFreshToken(tap);
  clearTimeout(silent);
  signedOut.hidden = answer.status !== 401;
  if (answer.status === 0 || answer.status === 401 || answer.status >= 500) return false;
  drop(tap.key);
  const answered = answer.status === 200 || answer.status === 409;
  const shown = answered && tap.session === here() && replace(answer.text);
  if (answer.status !== 200) complain(tap);
  if (!shown) putBack(tap);
  return true;
}

// Refused without a roll to show for it: the row is again what it was before the tap.
function putBack(tap) {
  const row = tap.session === here() && document.getElementById(`person-${tap.person}`);
  if (row) show(row, tap.does !== "arrival");
}

async function sendAll() {
  if (sending || !roll()) return;
  sending = true;
  try {
    for (let taps = waitingTaps(viewer); taps.length; taps = waitingTaps(viewer)) {
      stuck = !(await send(taps[0]));
      if (stuck) break;
      draw();
    }
  } finally {
    sending = false;
    draw();
  }
}

// ---- Touching ----

document.addEventListener("submit", (event) => {
  const form = event.target.closest("#roll [data-tap]");
  if (!form) return;
  event.preventDefault();
  const row = form.closest(".on-roll");
  const again = row && lastTap.row === row.id && Date.now() - lastTap.at < SAME_TAP;
  if (again) return;
  lastTap = { row: row?.id, at: Date.now() };
  const fields = [...new FormData(form)].filter(
    ([name]) => name !== "csrf_token" && name !== "submission_key",
  );
  keep({
    key: newKey(),
    viewer,
    session: here(),
    path: new URL(form.action).pathname,
    fields,
    does: form.dataset.tap,
    person: row ? row.id.replace("person-", "") : null,
    name: row ? row.dataset.name : form.textContent.trim(),
  });
  draw();
  if (row) refocus(row.id.replace("person-", "correct-"));
  sendAll();
});

if (roll()) {
  if (search) {
    search.addEventListener("input", filter);
    search.form.addEventListener("submit", (event) => {
      if (!search.defaultValue) event.preventDefault();
    });
  }
  banner.querySelector("button").addEventListener("click", sendAll);
  addEventListener("online", sendAll);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sendAll(); });
  setInterval(sendAll, AGAIN);
  draw();
  sendAll();
}
