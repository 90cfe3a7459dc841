// Helps below a post: times as "3 hours ago", what is new since the last visit, word of
// new replies, and quotations of what is selected. Without this file the times are exact,
// and links do the rest. What was seen is remembered in this browser alone.
//
// embed.js has all but quotations from here too, and remembers where its page asks for it.
"use strict";
(() => {
  const units = [["year", 31557600], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];
  const quoted = (text) => text.trim().split(/\r?\n/).map((line) => ("> " + line).trimEnd()).join("\n") + "\n\n";

  // Follows the thread in root, a document or the shadow root in a page elsewhere, until
  // what it returns is called. What is different in each is in way:
  //
  //   permalink(id)  leads to a comment, wherever it is shown
  //   lead(id)       goes there
  //   later()        gets the document or fragment that this page of the thread is now
  //   seen(ids)      notes the newest comments, and returns those that are new
  const follow = (root, way) => {
    const box = root.getElementById("comments");
    const thread = box.dataset.live;

    // Times.
    const words = new Intl.RelativeTimeFormat(box.closest("[lang]").lang, { numeric: "auto" });
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
    const ticks = setInterval(() => { if (!document.hidden) relate(); }, 60000);

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
    const placeOf = (id) => (root.getElementById("comment-" + id) ? "#comment-" + id : way.permalink(id));

    // New since the last visit.
    const see = () => way.seen((box.dataset.latest || "").split(" ").filter(Boolean).map(Number));
    const fresh = see().filter((id) => location.hash !== "#comment-" + id); // that one is what they came for
    if (fresh.length) tell(box.dataset.since.replace("#", fresh.length), placeOf(Math.min(...fresh)));

    // Puts the comments that a later state of this page has more where they belong.
    const merge = (old, now, added) => {
      let before = null;
      for (const item of [...now.children]) {
        const article = item.querySelector(":scope > article");
        const here = root.getElementById(article.id);
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
    const load = async (e, newest, count) => {
      e.preventDefault();
      try {
        const later = (await way.later()).getElementById("comments");
        const added = [];
        merge(box.querySelector(":scope > .thread"), later.querySelector(":scope > .thread"), added);
        if (!added.length) throw new Error("they are on another page");
        for (const article of added) article.classList.add("new");
        box.querySelector("h2").textContent = later.querySelector("h2").textContent;
        box.dataset.latest = later.dataset.latest;
        box.hidden = false;
        known = count;
        see();
        relate();
        tell(box.dataset.fresh.replace("#", added.length), "#" + added[0].id);
        news.firstChild.focus();
      } catch {
        way.lead(newest);
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
          if (count > known) tell(box.dataset.fresh.replace("#", count - known), way.permalink(newest), (e) => load(e, newest, count));
        };
      } else if (!wanted && source && source.readyState !== EventSource.CLOSED) {
        source.close();
        source = null;
      }
    };
    let watch = null;
    if (thread && "EventSource" in window) {
      const seen = new Map();
      watch = new IntersectionObserver((entries) => {
        for (const entry of entries) seen.set(entry.target, entry.isIntersecting);
        near = [...seen.values()].includes(true);
        listen();
      }, { rootMargin: "50%" });
      watch.observe(box);
      watch.observe(root.getElementById("respond"));
      document.addEventListener("visibilitychange", listen);
    }

    return () => {
      clearInterval(ticks);
      if (watch) watch.disconnect();
      document.removeEventListener("visibilitychange", listen);
      near = false;
      listen();
    };
  };

  // Browsers may refuse to remember anything.
  const recall = (store, key) => {
    try { return JSON.parse(window[store].getItem(key)); } catch { return null; }
  };
  const remember = (store, key, value) => {
    try { window[store].setItem(key, JSON.stringify(value)); } catch { /* then not */ }
  };
  // Notes the newest comments of a thread, and returns those that are new since it last did.
  const unseen = (thread, latest) => {
    if (!latest.length) return [];
    const key = "seen " + thread;
    const seen = recall("localStorage", key);
    remember("localStorage", key, latest);
    if (!seen) return [];
    // What is older than all that was remembered may have been seen.
    return latest.filter((id) => !seen.includes(id) && (seen.length < 50 || id > Math.min(...seen)));
  };

  self.hamletThread = { follow, quoted, unseen };

  // The rest is for the blog's own pages.
  const box = document.querySelector("#comments[data-live]");
  if (!box) return;
  const field = document.getElementById("field-body");
  const permalink = (id) => "/comment/" + id;

  // A comment may have gone to another page since somebody linked it here.
  const find = () => {
    const id = /^#comment-(\d+)$/.exec(location.hash);
    if (id && !document.getElementById(location.hash.slice(1))) location.replace(permalink(id[1]));
  };
  addEventListener("hashchange", find);
  find();

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

  follow(document, {
    permalink,
    lead: (id) => location.assign(permalink(id)),
    later: async () => {
      const answer = await fetch(location.pathname, { credentials: "same-origin" });
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    },
    seen: (latest) => unseen(box.dataset.live, latest), // which names the thread
  });

  // Quotations: of what is selected, and into what is being written.
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
