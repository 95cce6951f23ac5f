// The roll on a phone: a tap shows at once and goes into the queue. Without this script the same forms
// load the page anew.
import { fieldsOf, startQueue } from "./queue.js";

const SAME_TAP = 600; // a second touch of the same row within this time is the same tap

const search = document.getElementById("roll-search");
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

function rowOf(tap) {
  return tap.session === here() ? document.getElementById(`person-${tap.person}`) : null;
}

function draw(taps, stuck) {
  for (const row of roll().querySelectorAll(".on-roll.waiting")) row.classList.remove("waiting");
  for (const tap of taps) {
    const row = rowOf(tap);
    if (!row) continue;
    show(row, tap.does === "arrival");
    row.classList.toggle("waiting", stuck);
  }
  count();
}

function replace(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("roll");
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

function answered(tap, { status, text }) {
  const shown = (status === 200 || status === 409) && tap.session === here() && replace(text);
  // Refused without a roll to show for it: the row is again what it was before the tap.
  const row = shown ? null : rowOf(tap);
  if (row) show(row, tap.does !== "arrival");
  return roll().querySelector("#roll-said")?.textContent.trim().replace(/\s+/g, " ") || "";
}

// ---- Touching ----

if (roll()) {
  if (search) {
    search.addEventListener("input", filter);
    search.form.addEventListener("submit", (event) => {
      if (!search.defaultValue) event.preventDefault();
    });
  }
  const queue = startQueue({ viewer: roll().dataset.viewer, draw, replace, answered });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("#roll [data-tap]");
    if (!form) return;
    event.preventDefault();
    const row = form.closest(".on-roll");
    const again = row && lastTap.row === row.id && Date.now() - lastTap.at < SAME_TAP;
    if (again) return;
    lastTap = { row: row?.id, at: Date.now() };
    queue.add({
      session: here(),
      path: new URL(form.action).pathname,
      fields: fieldsOf(form),
      does: form.dataset.tap,
      person: row ? row.id.replace("person-", "") : null,
      name: row ? row.dataset.name : form.textContent.trim(),
    });
    if (row) refocus(row.id.replace("person-", "correct-"));
  });
}
