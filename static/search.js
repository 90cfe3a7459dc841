// Searches while one types. Without this file the page is the same, and its button
// does it. The server makes the same HTML for both.
"use strict";
(() => {
  const form = document.querySelector("form.search");
  const results = document.getElementById("results");
  const field = form && form.elements.q;
  if (!field || !results) return;

  const pause = 180; // milliseconds without a key before a search
  let timer, asking;
  let shown = field.value;

  // What assistive technology reads out must stay the same element, and only its
  // text change: the new one gives its children to the old.
  const show = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const status = document.getElementById("found");
    const found = page.getElementById("found");
    if (!status || !found) return;
    status.replaceChildren(...found.childNodes);
    found.remove();
    while (status.nextSibling) status.nextSibling.remove();
    while (status.previousSibling) status.previousSibling.remove();
    results.append(...page.body.childNodes);
  };

  const ask = async () => {
    const q = field.value;
    if (q === shown) return;
    if (asking) asking.abort();
    asking = new AbortController();
    const address = "/search" + (q ? "?" + new URLSearchParams({ q }) : "");
    try {
      const part = "/search?" + new URLSearchParams({ q, part: "results" });
      const answer = await fetch(part, { signal: asking.signal, credentials: "same-origin" });
      if (!answer.ok || field.value !== q) return; // the button still works
      const html = await answer.text();
      if (field.value !== q) return;
      show(html);
      shown = q;
      history.replaceState(null, "", address);
    } catch {
      // Given up for a newer query, or there is no connection.
    }
  };

  const soon = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(ask, wait);
  };

  field.addEventListener("input", (e) => {
    if (!e.isComposing) soon(pause); // not between the keys that make one character
  });
  field.addEventListener("compositionend", () => soon(pause));
  field.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && field.value) {
      e.preventDefault();
      field.value = "";
      soon(0);
    }
    if (e.key === "ArrowDown") move(e, -1);
  });

  // Up and down go from the field to the hits, and from one to the next.
  const move = (e, from) => {
    const links = [...results.querySelectorAll(".hit h2 a, .index a")];
    const to = from + (e.key === "ArrowDown" ? 1 : -1);
    if (to >= links.length) return;
    e.preventDefault();
    (to < 0 ? field : links[to]).focus();
  };
  results.addEventListener("keydown", (e) => {
    if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return;
    const links = [...results.querySelectorAll(".hit h2 a, .index a")];
    const from = links.indexOf(document.activeElement);
    if (from >= 0) move(e, from);
  });
})();
