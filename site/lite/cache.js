// Goes before JupyterLite's service worker: what never changes is asked for once, and ■ is passed on.
// A new edition of the site has another name here, and so a cache of its own.
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

  // The page tells that ■ was pressed (POST), and Python asks whether it was (GET): see start.mjs.
  const stop = /\/api\/stop\/([\w-]+)$/;
  const LATE = 2000; // milliseconds; then nothing ran that could be stopped
  const presses = new Map(); // when, by kernels

  const passOn = (method, kernel) => {
    if (method === "POST") {
      presses.set(kernel, Date.now());
      return "told";
    }
    const fresh = Date.now() - presses.get(kernel) < LATE;
    presses.delete(kernel);
    return fresh ? "yes" : "no";
  };

  const answer = ({ request }, pathname) => {
    const asked = stop.exec(pathname);
    if (asked) return new Response(passOn(request.method, asked[1]));
    return request.method === "GET" && lasting.test(pathname) ? kept(request) : null;
  };

  self.addEventListener("fetch", (event) => {
    const { origin, pathname } = new URL(event.request.url);
    const found = origin === location.origin && answer(event, pathname);
    if (!found) return;
    event.stopImmediatePropagation();
    event.respondWith(found);
  });

  self.addEventListener("activate", (event) => {
    const drop = (name) => name.startsWith("downhill-") && name !== edition && caches.delete(name);
    event.waitUntil(caches.keys().then((names) => Promise.all(names.map(drop))));
  });
}
