// Shows the offline page when a page cannot be reached. No page of ours is kept: a roll has names on it.
// What was tapped on one waits in the page's own storage, see taps.js; the offline page says how much.
"use strict";

const KEPT = "venue-offline-2";
const FILES = [
  "offline.html", "css/tokens.css", "css/base.css", "css/components.css", "icons/mark.svg",
  "js/offline.js", "js/taps.js",
];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(FILES.map((file) => `/static/${file}`))));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(
    names.filter((name) => name !== KEPT).map((name) => caches.delete(name)),
  )));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match("/static/offline.html")));
  } else if (FILES.some((file) => request.url.startsWith(`${self.location.origin}/static/${file}`))) {
    event.respondWith(fetch(request).catch(() => caches.match(request, { ignoreSearch: true })));
  }
});
