// Keeps the page that checks certificates, its scripts and keys on the telephone. Newest first: the kept copy
// answers only when the network does not. A scanned address is then answered by the page itself, which reads it.
"use strict";
const KEPT = "isthmus-certificates-1";
const HERE = new URL("./", self.location).pathname;
const KEYS = `${HERE}KEYS.JSON`;
const kept_here = (path) => path === HERE || path === KEYS || path.startsWith("/static/");

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(
    (async () => {
      const kept = await caches.open(KEPT);
      const page = await fetch(HERE);
      if (!page.ok || page.redirected) return;
      const text = await page.clone().text();
      await kept.put(HERE, page);
      const parts = [...text.matchAll(/(?:src|href|data-keys)="(\/[^"]+)"/g)].map((found) => found[1]);
      const names = parts.filter((name) => kept_here(new URL(name, self.location).pathname) && name !== HERE);
      await Promise.all(names.map((name) => kept.add(name).catch(() => {})));
    })(),
  );
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  const page = url.pathname.startsWith(HERE) && event.request.mode === "navigate";
  if (!page && !kept_here(url.pathname)) return;
  event.respondWith(
    (async () => {
      const kept = await caches.open(KEPT);
      try {
        const answer = await fetch(event.request);
        if (answer.ok && !answer.redirected && kept_here(url.pathname) && !url.search)
          await kept.put(event.request, answer.clone());
        return answer;
      } catch (error) {
        const found = await kept.match(page ? HERE : event.request, { ignoreSearch: true });
        if (found) return found;
        throw error;
      }
    })(),
  );
});
