// The queue of taps: each is sent in its turn; without a connection it waits, visibly, and is sent
// again when the network is back. The server's answer is the page as it is; nothing is decided here.
import { drop, keep, newKey, waitingTaps } from "./taps.js";

const PARTIAL = { "HX-Request": "true", "HX-Request-Type": "partial" };
const PATIENCE = 15_000; // until a silent connection counts as none
const SILENT = 2_000; // after so long without an answer a tap is shown as waiting
const AGAIN = 15_000; // between two tries while something waits

// The page says who looks at it and does what only it can do:
//   viewer              whose taps are sent from here
//   draw(taps, stuck)   show the taps that wait; stuck when the last try found no connection
//   replace(text)       put the fragment of an answer in its place; false when it has none
//   answered(tap, answer)  show an answer of the server, {status, text, url}; returns why it refused,
//                       empty when it did not
export function startQueue({ viewer, draw, replace, answered }) {
  const banner = document.getElementById("waiting");
  const signedOut = document.getElementById("signed-out");
  const refused = document.getElementById("refused");
  let sending = false;
  let stuck = false;

  function show() {
    const taps = waitingTaps(viewer);
    draw(taps, stuck);
    const words = banner.querySelector("[data-words]");
    words.textContent = words.dataset.words.replace("{n}", taps.length);
    banner.hidden = !taps.length || !stuck;
  }

  // What the server refused is gone from the queue: it is said, and stays said.
  function complain(tap, reason) {
    const line = document.createElement("li");
    line.className = "notice warn";
    line.textContent = `${refused.dataset.words.replace("{name}", tap.name)} ${reason}`;
    refused.append(line);
  }

  // The token of a page that lay open for hours has run out: ask for a fresh page, and once more.
  async function postWithFreshToken(tap) {
    const answer = await post(tap);
    if (answer.status !== 422) return answer;
    const page = await ask(location.pathname);
    if (page.status !== 200 || !replace(page.text)) return page.status ? answer : page;
    return post(tap);
  }

  async function send(tap) {
    const silent = setTimeout(() => { stuck = true; show(); }, SILENT);
    const answer = await postWithFreshToken(tap);
    clearTimeout(silent);
    signedOut.hidden = answer.status !== 401;
    if (answer.status === 0 || answer.status === 401 || answer.status >= 500) return false;
    drop(tap.key);
    const reason = answered(tap, answer);
    if (answer.status !== 200 || reason) complain(tap, reason);
    return true;
  }

  async function sendAll() {
    if (sending) return;
    sending = true;
    try {
      for (let taps = waitingTaps(viewer); taps.length; taps = waitingTaps(viewer)) {
        stuck = !(await send(taps[0]));
        if (stuck) break;
        show();
      }
    } finally {
      sending = false;
      show();
    }
  }

  // about: {session, path, fields, does, person, name}, see taps.js.
  function add(about) {
    keep({ key: newKey(), viewer, at: Date.now(), ...about });
    show();
    sendAll();
  }

  banner.querySelector("button").addEventListener("click", sendAll);
  addEventListener("online", sendAll);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sendAll(); });
  setInterval(sendAll, AGAIN);
  show();
  sendAll();
  return { add, show };
}

// The fields of a form that was touched, without what the queue adds itself.
export function fieldsOf(form) {
  return [...new FormData(form)].filter(
    ([name]) => name !== "csrf_token" && name !== "submission_key",
  );
}

export const formBody = (form) => new URLSearchParams(new FormData(form));

function post(tap) {
  const token = document.querySelector("main [name=csrf_token]")?.value || "";
  const body = new URLSearchParams([
    ["csrf_token", token],
    ["submission_key", tap.key],
    ["seconds_ago", Math.max(0, Math.round((Date.now() - tap.at) / 1000))],
    ...tap.fields,
  ]);
  return ask(tap.path, { method: "POST", body });
}

// Ask the server; status 0 says that it did not answer.
export async function ask(path, options) {
  const given = new AbortController();
  const timer = setTimeout(() => given.abort(), PATIENCE);
  try {
    const answer = await fetch(path, { ...options, headers: PARTIAL, signal: given.signal });
    return { status: answer.status, text: await answer.text(), url: answer.url };
  } catch {
    return { status: 0, text: "" };
  } finally {
    clearTimeout(timer);
  }
}
