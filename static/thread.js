// Helps below a post: times as "3 hours ago", what is new since the last visit, word of
// new replies, and quotations of what is selected. Without this file the times are exact,
// and links do the rest. What was seen is remembered in this browser alone.
"use strict";
(() => {
  const box = document.getElementById("comments");
  if (!box) return;
  const thread = box.dataset.live; // names the thread for this browser
  const field = document.getElementById("field-body");

  // Browsers may refuse to remember anything.
  const recall = (store, key) => {
    try { return JSON.parse(window[store].getItem(key)); } catch { return null; }
  };
  const remember = (store, key, value) => {
    try { window[store].setItem(key, JSON.stringify(value)); } catch { /* then not */ }
  };

  // A comment may have gone to another page since somebody linked it here.
  const find = () => {
    const id = /^#comment-(\d+)$/.exec(location.hash);
    if (id && !document.getElementById(location.hash.slice(1))) location.replace("/comment/" + id[1]);
  };
  addEventListener("hashchange", find);
  find();

  // Times.
  const units = [["year", 31557600], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  const ago = (seconds) => {
    const [unit, size] = units.find(([, size]) => seconds >= size) || ["second", Infinity];
    return words.format(-Math.floor(seconds / size) || 0, unit);
  };
  const relate = () => {
    for (const time of box.querySelectorAll("time[datetime]")) {
      time.title ||= time.textContent;
      time.textContent = ago((Date.now() - new Date(time.dateTime)) / 1000);
    }
  };
  relate();
  setInterval(() => { if (!document.hidden) relate(); }, 60000);

  // What is folded stays so while the tab is open.
  const nameOf = (fold) => fold.previousElementSibling.id;
  const folded = new Set(recall("sessionStorage", "folded") || []);
  for (const fold of box.querySelectorAll("details.below")) {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (folded.has(nameOf(fold)) && !(target && fold.contains(target))) fold.open = false;
  }
  box.addEventListener("toggle", (e) => {
    if (!e.target.matches("details.below")) return;
    folded[e.target.open ? "delete" : "add"](nameOf(e.target));
    remember("sessionStorage", "folded", [...folded]);
  }, true);

  // News are told in a line above the page, which does not move for it.
  const news = document.createElement("p");
  news.className = "news";
  news.setAttribute("role", "status");
  box.after(news);
  const tell = (text, to, act) => {
    const link = document.createElement("a");
    const close = document.createElement("button");
    link.href = to;
    link.textContent = text;
    link.addEventListener("click", (e) => { if (act) act(e); else news.replaceChildren(); });
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", box.dataset.close);
    close.addEventListener("click", () => news.replaceChildren());
    news.replaceChildren(link, close);
  };
  const placeOf = (id) => (document.getElementById("comment-" + id) ? "#comment-" : "/comment/") + id;

  // New since the last visit.
  const noteSeen = () => {
    const latest = (box.dataset.latest || "").split(" ").filter(Boolean).map(Number);
    if (!latest.length) return [];
    const key = "seen " + thread;
    const seen = recall("localStorage", key);
    remember("localStorage", key, latest);
    if (!seen) return [];
    // What is older than all that was remembered may have been seen.
    return latest.filter((id) => !seen.includes(id) && (seen.length < 50 || id > Math.min(...seen)));
  };
  const fresh = noteSeen().filter((id) => location.hash !== "#comment-" + id); // that one is what they came for
  if (fresh.length) tell(box.dataset.since.replace("#", fresh.length), placeOf(Math.min(...fresh)));

  // Puts the comments that a later state of this page has more where they belong.
  const merge = (old, now, added) => {
    let before = null;
    for (const item of [...now.children]) {
      const article = item.querySelector(":scope > article");
      const here = document.getElementById(article.id);
      if (!here) {
        const copy = document.importNode(item, true);
        if (before) before.after(copy); else old.prepend(copy);
        added.push(...copy.querySelectorAll("article.comment"));
        before = copy;
        continue;
      }
      before = here.parentElement;
      const below = (li) => li.querySelector(":scope > .thread, :scope > details > .thread");
      const [was, is] = [below(before), below(item)];
      if (is && was) {
        merge(was, is, added);
        const [a, b] = [was, is].map((list) => list.parentElement.querySelector(":scope > summary"));
        if (a && b) a.replaceChildren(...b.childNodes);
      } else if (is) {
        const copy = document.importNode(article.nextElementSibling, true);
        here.after(copy);
        added.push(...copy.querySelectorAll("article.comment"));
      }
    }
  };

  let known = box.dataset.count === undefined ? NaN : Number(box.dataset.count);
  const load = async (e, to, count) => {
    e.preventDefault();
    try {
      const answer = await fetch(location.pathname, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const later = page.getElementById("comments");
      const added = [];
      merge(box.querySelector(":scope > .thread"), later.querySelector(":scope > .thread"), added);
      if (!added.length) throw new Error("they are on another page");
      for (const article of added) article.classList.add("new");
      box.querySelector("h2").textContent = later.querySelector("h2").textContent;
      box.dataset.latest = later.dataset.latest;
      box.hidden = false;
      known = count;
      noteSeen();
      relate();
      tell(box.dataset.fresh.replace("#", added.length), "#" + added[0].id);
      news.firstChild.focus();
    } catch {
      location.assign(to);
    }
  };

  // Word of new comments, while somebody looks at those there are. A server that has
  // too much to do answers with an error, after which the browser asks no more.
  let source = null;
  let near = false;
  const listen = () => {
    const wanted = near && !document.hidden;
    if (wanted && !source) {
      source = new EventSource(thread);
      source.onmessage = (e) => {
        const { count, newest } = JSON.parse(e.data);
        if (Number.isNaN(known)) known = count;
        const to = "/comment/" + newest;
        if (count > known) tell(box.dataset.fresh.replace("#", count - known), to, (e) => load(e, to, count));
      };
    } else if (!wanted && source && source.readyState !== EventSource.CLOSED) {
      source.close();
      source = null;
    }
  };
  if (thread && "EventSource" in window) {
    const seen = new Map();
    const watch = new IntersectionObserver((entries) => {
      for (const entry of entries) seen.set(entry.target, entry.isIntersecting);
      near = [...seen.values()].includes(true);
      listen();
    }, { rootMargin: "50%" });
    watch.observe(box);
    watch.observe(document.getElementById("respond"));
    document.addEventListener("visibilitychange", listen);
  }

  // Quotations: of what is selected, and into what is being written.
  const quoted = (text) => text.trim().split(/\r?\n/).map((line) => ("> " + line).trimEnd()).join("\n") + "\n\n";
  let selected = null;
  const look = (e) => {
    const link = e.target.closest && e.target.closest("a.quote");
    if (!link) return;
    const said = link.closest("article").querySelector(".said");
    const what = getSelection();
    selected = null;
    if (!what.isCollapsed && said.contains(what.anchorNode) && said.contains(what.focusNode)) selected = what.toString();
  };
  box.addEventListener("pointerdown", look);
  box.addEventListener("keydown", look);
  box.addEventListener("click", (e) => {
    const link = e.target.closest("a.quote");
    if (!link || e.ctrlKey || e.metaKey || e.shiftKey) return;
    if (field && field.value.trim()) {
      e.preventDefault();
      const said = link.closest("article").querySelector(".said");
      field.value = field.value.trimEnd() + "\n\n" + quoted(selected || said.innerText);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    } else if (selected) {
      remember("sessionStorage", "quote", { to: link.getAttribute("href"), text: selected });
    }
  });
  const quote = recall("sessionStorage", "quote");
  if (quote && field && quote.to === location.pathname + location.search + location.hash) {
    field.value = quoted(quote.text);
    remember("sessionStorage", "quote", null);
  }
})();
