// A form that could not be carried out sends itself again: a few times, each time after a longer
// while. Its key makes it count once. Without this script there is the button.
"use strict";

const TRIES = 4;
const form = document.querySelector("form[data-again]");
const key = form && `again-${form.elements.submission_key?.value}`;

function tried() {
  try {
    return Number(sessionStorage.getItem(key) ?? 0);
  } catch {
    return TRIES;
  }
}

if (form && tried() < TRIES) {
  const before = tried();
  form.querySelector("[role=status]").hidden = false;
  setTimeout(() => {
    sessionStorage.setItem(key, before + 1);
    form.requestSubmit();
  }, form.dataset.again * 1000 * (before + 1));
}
