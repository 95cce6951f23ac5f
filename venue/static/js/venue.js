// What the pages do beyond links and forms: say when the network or the server fails, print, copy
// an address, and keep a page ready for the time without network. All of it can be missing.
"use strict";

const toast = document.getElementById("toast");

function say(sentence) {
  toast.hidden = false;
  toast.textContent = sentence;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { toast.hidden = true; }, 8000);
}

document.addEventListener("htmx:response:error", (event) => {
  const { response, sourceElement, text } = event.detail.ctx;
  if (response.status < 500) return;
  const form = sourceElement.closest("form");
  form?.querySelector("[data-busy]")?.remove();
  // A busy house sends a sentence for the place where it was asked; all that was typed stays there.
  if (form && text.includes("data-busy")) form.insertAdjacentHTML("beforeend", text);
  else say(toast.dataset.server);
});
document.addEventListener("htmx:error", () => say(toast.dataset.network));

for (const button of document.querySelectorAll("[data-print], [data-copy]")) button.hidden = false;

// On a phone a row of chips slides: begin with the chosen one in sight.
for (const chip of document.querySelectorAll(".chips [aria-current]")) {
  const row = chip.closest(".chips");
  row.scrollLeft = chip.offsetLeft - row.offsetLeft - 48;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-print], [data-copy]");
  if (!button) return;
  if (button.matches("[data-print]")) window.print();
  if (button.matches("[data-copy]")) {
    const source = document.getElementById(button.dataset.copy);
    source.select();
    if (!navigator.clipboard) return;
    await navigator.clipboard.writeText(source.value);
    say(button.dataset.done);
  }
});

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/static/service-worker.js", { scope: "/" }).catch(() => {});
}
