// Counts down to an opening by the server's clock: the page says how many seconds were left when it
// was written, and from there a clock runs that nobody sets. When it is over, the seats are asked for
// anew, by each visitor at a moment of their own. Whether it is open, the server alone decides.
"use strict";

const SPREAD = 3_000; // ms over which the visitors of one page ask when it opens
const PATIENCE = 10_000; // ms after which somebody who got no answer asks again
const SPOKEN = [3600, 1800, 600, 300, 60, 10]; // seconds left at which a screen reader says so

const running = new WeakMap();

function written(seconds) {
  return [seconds / 3600, (seconds / 60) % 60, seconds % 60]
    .map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
}

// The page was written by another `now` than before: what it says counts from this moment.
function clockOf(element) {
  const known = running.get(element);
  if (known?.now === element.dataset.now) return known;
  const left = Number(element.dataset.opensIn);
  const begun = { now: element.dataset.now, ends: performance.now() + left * 1000, left, asks: null };
  running.set(element, begun);
  element.hidden = false;
  return begun;
}

function ask(element, clock, wait) {
  clock.asks = performance.now() + wait + PATIENCE;
  setTimeout(() => {
    if (!element.isConnected) return;
    // The dates of a program open together: they come with a new page.
    if (element.parentElement.hasAttribute("hx-get")) {
      element.parentElement.dispatchEvent(new CustomEvent("opening"));
    } else window.location.reload();
  }, wait);
}

function tick() {
  for (const element of document.querySelectorAll("[data-opens-in]")) {
    const clock = clockOf(element);
    const left = Math.max(0, Math.ceil((clock.ends - performance.now()) / 1000));
    const timer = element.querySelector("[role=timer]");
    if (timer.textContent !== written(left)) timer.textContent = written(left);
    const spoken = element.querySelector("[aria-live]");
    const mark = SPOKEN.find((seconds) => left <= seconds && seconds < clock.left);
    if (mark) spoken.textContent = spoken.dataset.left.replace("{time}", written(left));
    clock.left = left;
    if (left > 0) continue;
    if (clock.asks === null) spoken.textContent = spoken.dataset.over;
    if (clock.asks === null || performance.now() > clock.asks) {
      ask(element, clock, Math.random() * SPREAD);
    }
  }
}

// In a sleeping device that clock may stand still. Whoever comes back asks what is so by now.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible") return;
  for (const element of document.querySelectorAll("[data-opens-in]")) {
    ask(element, clockOf(element), Math.random() * SPREAD);
  }
});

setInterval(tick, 250);
tick();
