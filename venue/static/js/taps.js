// Taps that the server has not answered yet. They lie in this browser's storage, each with the key
// that makes it count once, so that they survive a reload and are sent again without counting twice.
const SHELF = "venue-taps";

// A tap: {key, viewer, at, session, path, fields, does, person, name}; `at` is when it was made, fields
// are pairs of name and value.
export function waitingTaps(viewer) {
  try {
    const taps = JSON.parse(localStorage.getItem(SHELF) || "[]");
    return taps.filter((tap) => viewer === undefined || tap.viewer === viewer);
  } catch {
    return [];
  }
}

function store(taps) {
  if (taps.length) localStorage.setItem(SHELF, JSON.stringify(taps));
  else localStorage.removeItem(SHELF);
}

export function keep(tap) {
  store([...waitingTaps(), tap]);
}

export function drop(key) {
  store(waitingTaps().filter((tap) => tap.key !== key));
}

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
