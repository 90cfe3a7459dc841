// How much there is to do, as it changes while a list is open: the numbers of the tabs, and in a
// place that is kept free for it a link to what has come since. Nothing moves. A server that
// has too much to do answers with an error, after which the browser asks no more.
"use strict";
(() => {
  const fresh = document.querySelector("#fresh");
  if (!fresh || !("EventSource" in window)) return;
  const show = ({ counts, fresh: words }) => {
    for (const place of document.querySelectorAll("[data-count]")) {
      const n = counts[place.dataset.count];
      if (n !== undefined && place.textContent !== String(n)) place.textContent = n;
    }
    if ((words || "") === fresh.textContent) return;
    if (!words) {
      fresh.replaceChildren();
      return;
    }
    const link = document.createElement("a");
    link.href = location.pathname + location.search;
    link.textContent = words;
    fresh.replaceChildren(link);
  };
  let source = null;
  const listen = () => {
    if (!document.hidden && !source) {
      source = new EventSource(fresh.dataset.live);
      source.onmessage = (e) => show(JSON.parse(e.data));
    } else if (document.hidden && source && source.readyState !== EventSource.CLOSED) {
      source.close();
      source = null;
    }
  };
  document.addEventListener("visibilitychange", listen);
  listen();
})();
