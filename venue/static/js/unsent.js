// On every page of the staff: that taps made elsewhere have not reached the house, and where to send them.
import { waitingTaps } from "./taps.js";

const line = document.getElementById("unsent");
// A page with a queue says it itself.
const taps = document.getElementById("waiting") ? [] : waitingTaps(line.dataset.viewer);

if (taps.length) {
  const { path } = taps[0];
  line.querySelector("span").textContent = line.dataset.words.replace("{n}", taps.length);
  // The board of a center, or the roll of a session.
  line.querySelector("a").href = path.split("/").slice(0, path.startsWith("/door/") ? 3 : 4).join("/");
  line.hidden = false;
}
