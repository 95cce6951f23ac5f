// The page without network: says what waits in this browser to be sent.
import { waitingTaps } from "./taps.js";

const taps = waitingTaps();
for (const words of document.querySelectorAll("[data-waiting]")) {
  words.hidden = !taps.length;
  words.textContent = words.dataset.waiting.replace("{n}", taps.length);
}
