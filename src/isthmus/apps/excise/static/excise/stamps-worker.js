// Keeps the inspector's page, its scripts, keys and list on the telephone. Newest first: the kept copy answers
// only when the network does not.
"use strict";
const KEPT = "isthmus-stamps-1";
const HERE = new URL("./", self.location).pathname;
const wanted = (url) =>
  url.origin === self.location.origin && (url.pathname.startsWith(HERE) || url.pathname.startsWith("/static/"));

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(
    (async () => {
      const kept = await caches.open(KEPT);
      const page = await fetch(HERE);
      if (!page.ok || page.redirected) return;
      const text = await page.clone().text();
      await kept.put(HERE, page);
      const parts = [...text.matchAll(/(?:src|href|data-keys|data-list)="(\/[^"]+)"/g)].map((found) => found[1]);
      const names = parts.filter((name) => wanted(new URL(name, self.location)) && !name.endsWith("worker.js"));
      await Promise.all(names.map((name) => kept.add(name).catch(() => {})));
    })(),
  );
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET" || !wanted(new URL(event.request.url))) return;
  event.respondWith(
    (async () => {
      const kept = await caches.open(KEPT);
      try {
        const answer = await fetch(event.request);
        if (answer.ok && !answer.redirected) await kept.put(event.request, answer.clone());
        return answer;
      } catch (error) {
        const found = await kept.match(event.request, { ignoreSearch: true });
        if (found) return found;
        throw error;
      }
    })(),
  );
});
