// The board and the card of the door on a phone. What a carer has seen with their own eyes (who came, who
// goes with whom) goes into the queue; a code is only the server's to check, so it is never kept: without
// a connection that is said, and the code stays in its field. Without this script the same forms load the
// page anew.
import { ask, fieldsOf, formBody, startQueue } from "./queue.js";

const board = () => document.getElementById("boards");
const card = () => document.getElementById("card");
const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

function rowOf(tap) {
  return board() && tap.person ? document.getElementById(`child-${tap.session}-${tap.person}`) : null;
}

function onCard(tap) {
  const shown = card()?.dataset;
  return shown !== undefined && shown.session === tap.session && shown.child === tap.person;
}

// Put a part of an answer in the place of ours.
function put(page, id) {
  const fresh = page.getElementById(id);
  const old = document.getElementById(id);
  if (!fresh || !old) return false;
  old.replaceWith(document.importNode(fresh, true));
  window.htmx?.process(document.getElementById(id));
  return true;
}

const replace = (text) => put(parsed(text), board() ? "boards" : "card");

function draw(taps, stuck) {
  for (const one of document.querySelectorAll(".tapped")) one.classList.remove("tapped", "waiting");
  for (const tap of taps) {
    const place = rowOf(tap) || (onCard(tap) ? card() : null);
    place?.classList.add("tapped");
    place?.classList.toggle("waiting", stuck);
  }
}

async function freshBoard() {
  const page = await ask(location.pathname);
  if (page.status === 200) replace(page.text);
}

function answered(tap, { status, text, url }) {
  const page = parsed(text);
  const reason = page.getElementById("door-said")?.textContent.trim().replace(/\s+/g, " ") || "";
  // An answer that is neither card nor board leaves the card, where the complaint is read.
  if (onCard(tap)) {
    if (status === 200 || status === 409 || status === 422) show(page, url);
  }
  else if (board() && !put(page, "boards")) freshBoard();
  return reason;
}

// What a card's form led to: the card again, or the board.
function show(page, url) {
  if (!put(page, "card")) return location.assign(card().dataset.back);
  history.replaceState(null, "", new URL(url).search || location.pathname);
}

async function check(form) {
  const button = form.querySelector("button");
  button.disabled = true;
  document.getElementById("unchecked").hidden = true;
  const answer = await ask(form.action, { method: "POST", body: formBody(form) });
  button.disabled = false;
  if (answer.status === 0 || answer.status >= 500) {
    document.getElementById("unchecked").hidden = false;
    document.getElementById("unchecked").scrollIntoView({ block: "nearest" });
  } else if (answer.status === 401) location.reload();
  else show(parsed(answer.text), answer.url);
}

const queue = startQueue({
  viewer: (board() || card()).dataset.viewer, draw, replace, answered,
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("#card [data-ask]")) {
    event.preventDefault();
    check(form);
  }
  // What has to be typed and was not is the server's to say.
  const empty = ["stranger", "absence"].some((name) => form.elements[name]?.value.trim() === "");
  if (!form.matches("[data-tap]") || empty) return;
  event.preventDefault();
  const row = form.closest(".door-row");
  const [, session, person] = row ? row.id.split("-") : [null, card()?.dataset.session, card()?.dataset.child];
  queue.add({
    session,
    person: person ?? null,
    path: new URL(form.action).pathname,
    fields: fieldsOf(form),
    does: form.dataset.tap,
    name: (row || card())?.dataset.name || form.textContent.trim(),
  });
});
document.addEventListener("htmx:after:settle", queue.show);
