// Goes before JupyterLite's service worker: what never changes is asked for once. A new edition of
// the site has another name here, and so a cache of its own.
{
  const edition = "downhill-__EDITION__";
  const lasting = /\/(python-[0-9a-f]+|build|extensions)\//;

  const kept = async (request) => {
    const cache = await caches.open(edition);
    const found = await cache.match(request.url);
    if (found) return found;
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request.url, answer.clone());
    return answer;
  };

  self.addEventListener("fetch", (event) => {
    const { method, url } = event.request;
    const { origin, pathname } = new URL(url);
    if (method !== "GET" || origin !== location.origin || !lasting.test(pathname)) return;
    event.stopImmediatePropagation();
    event.respondWith(kept(event.request));
  });

  self.addEventListener("activate", (event) => {
    const drop = (name) => name.startsWith("downhill-") && name !== edition && caches.delete(name);
    event.waitUntil(caches.keys().then((names) => Promise.all(names.map(drop))));
  });
}
