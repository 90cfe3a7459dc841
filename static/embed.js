// Carries the thread of a post into a page of another site:
//
//   <script src="https://blog.example.org/embed.js" data-post="SLUG" defer></script>
//
// The thread is made by the blog and stands where the script does, in a shadow root, so
// that neither page changes how the other looks. No cookie is sent along, and nothing is kept
// in the browser; but with the attribute data-seen the numbers of the newest comments are, to
// tell what is new since the last visit.
"use strict";
(() => {
  const script = document.currentScript;
  if (!script || !script.dataset.post) return;
  const blog = new URL(script.src).origin;
  const post = encodeURIComponent(script.dataset.post);
  const api = blog + "/api/v1/posts/" + post + "/comments";
  const place = document.createElement("hamlet-thread"); // which no style means
  const root = place.attachShadow({ mode: "open" });
  place.hidden = true; // until it looks as it should
  script.after(place);

  const ask = async (path) => {
    const answer = await fetch(blog + path, { credentials: "omit" });
    if (!answer.ok) throw new Error(path + ": " + answer.status);
    return answer.text();
  };
  const make = (tag, values, ...inside) => {
    const e = Object.assign(document.createElement(tag), values);
    e.append(...inside);
    return e;
  };
  const load = (path) => new Promise((done, fail) => {
    document.head.append(make("script", { src: blog + path, onload: done, onerror: fail }));
  });
  const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");

  let box, form, notice; // of what is shown now
  let view = ""; // which page of the thread that is
  let key = random(); // by which the same comment sent twice is one
  let busy = false;
  let leave = () => {}; // ends the following of the thread
  let answering = null; // the link by which a reply was begun, or what has the focus after it
  const fields = ["body", "author", "email", "url"];

  // A page of the thread.
  const get = async (wanted) => {
    const page = document.createElement("template");
    // Made by the blog, which lets nothing in that runs.
    page.innerHTML = await ask("/embed/posts/" + post + (wanted ? "/" + wanted : ""));
    return page.content;
  };

  // Times in words and word of new replies, by the blog's own script.
  const helped = load("/embed/thread.js").catch(() => { /* without them, then */ });
  const follow = () => {
    if (!self.hamletThread || !root.querySelector("#comments[data-live]")) return;
    leave = self.hamletThread.follow(root, {
      permalink: (id) => blog + "/comment/" + id,
      lead: (id) => lead(id).catch(() => location.assign(blog + "/comment/" + id)),
      later: () => get(view),
      seen: (latest) => ("seen" in script.dataset ? self.hamletThread.unseen(blog + " " + post, latest) : []),
    });
  };

  // Shows a page of the thread; what was typed stays, and what it is a reply to.
  const show = async (wanted) => {
    const [page] = await Promise.all([get(wanted), helped]);
    const typed = form ? fields.map((name) => form.elements[name].value) : [];
    const begun = answering && [form.elements.parent.value, form.querySelector(".replying").firstChild.data];
    leave();
    root.replaceChildren(page);
    view = wanted;
    answering = null;
    box = root.querySelector(".hamlet");
    follow();
    form = root.querySelector("form.respond");
    if (!form) return;
    typed.forEach((value, i) => { form.elements[fields[i]].value = value; });
    notice = make("div", { className: "notice", tabIndex: -1, hidden: true });
    notice.setAttribute("role", "status");
    form.before(notice);
    form.addEventListener("submit", send);
    if (begun) answer(...begun, root.querySelector("#comment-" + begun[0] + " .answer a[href*='reply=']"));
  };

  const say = (...what) => {
    notice.replaceChildren(...what);
    notice.hidden = !what.length;
  };
  const link = (href, text) => make("a", { href }, text);

  // What is wrong stands above the form and beside each field.
  const clear = () => {
    form.querySelectorAll(".problems, .wrong").forEach((e) => e.remove());
    for (const name of fields) form.elements[name].removeAttribute("aria-invalid");
    say();
  };
  const complain = (problem) => {
    const list = make("ul", {});
    for (const wrong of problem.errors || []) {
      const field = form.elements[fields.includes(wrong.field) ? wrong.field : "body"];
      const to = link("#" + field.id, wrong.detail);
      list.append(make("li", {}, to));
      if (wrong.field === "parent") { back(); continue; }
      const said = make("span", { className: "wrong", id: "error-" + wrong.field }, wrong.detail);
      field.before(said);
      field.setAttribute("aria-invalid", "true");
      const hints = (field.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== said.id);
      field.setAttribute("aria-describedby", [...hints, said.id].join(" "));
    }
    const told = make("div", { className: "problems", tabIndex: -1 }, make("p", {}, problem.detail));
    if (list.children.length) told.append(list);
    told.setAttribute("role", "alert");
    form.prepend(told);
    told.focus();
  };

  const send = async (e) => {
    e.preventDefault();
    if (busy) return;
    busy = true;
    clear();
    const preview = Boolean(e.submitter && e.submitter.name === "preview");
    const comment = { parent: form.elements.parent ? Number(form.elements.parent.value) : 0 };
    for (const name of fields) comment[name] = form.elements[name].value;
    for (const name of ["tell", "replies"]) comment[name] = Boolean(form.elements[name] && form.elements[name].checked);
    const headers = { "Content-Type": "application/json" };
    if (!preview) {
      headers["Idempotency-Key"] = key;
      say(box.dataset.sending);
      comment.work = await work();
    }
    try {
      const answer = await fetch(preview ? api + "/preview" : api, {
        method: "POST", credentials: "omit", headers, body: JSON.stringify(comment),
      });
      const said = await answer.json();
      say();
      if (!answer.ok) complain(said);
      else if (preview) draft(said);
      else await sent(said);
    } catch {
      say(box.dataset.lost);
      notice.focus();
    } finally {
      busy = false;
    }
  };

  // The work that the blog may ask for; without it the comment is taken, and waits.
  const work = async () => {
    if (!form.dataset.work) return "";
    try {
      if (!self.hamletWork) await load("/embed/work.js");
      return (await self.hamletWork(blog + form.dataset.work)).answer;
    } catch {
      return "";
    }
  };

  const draft = (said) => {
    const shown = root.getElementById("draft");
    const text = make("div", { className: "said", dir: "auto" });
    text.innerHTML = said.html; // made by the blog, as it would be in the thread
    shown.replaceChildren(make("article", { className: "comment" }, make("h3", {}, said.author), text));
    shown.hidden = false;
    shown.tabIndex = -1;
    shown.focus();
  };

  const sent = async (said) => {
    key = random();
    form.elements.body.value = "";
    const published = said.status === "published";
    back();
    try {
      if (published) await show(view);
    } catch { /* it is kept all the same */ }
    say(make("p", {}, box.dataset[published ? "published" : "held"], " ", ...(said.url ? [link(said.url, box.dataset.see)] : [])),
      make("p", {}, link(said.private_url, box.dataset.own), " · ", box.dataset.ownText));
    notice.focus();
  };

  // Replies in place: the form goes below the comment, if this page shows it, and comes back.
  const back = () => {
    if (!answering || !form.elements.parent) return;
    form.elements.parent.remove();
    form.querySelector(".replying").remove();
    root.getElementById("respond").append(notice, form);
    answering.focus();
    answering = null;
  };
  const answer = (parent, words, to) => {
    answering = to || form.elements.body;
    form.append(make("input", { type: "hidden", name: "parent", value: parent }));
    const cancel = link("#respond", form.dataset.cancel);
    cancel.addEventListener("click", (e) => { e.preventDefault(); e.stopPropagation(); back(); });
    form.prepend(make("p", { className: "replying" }, words, cancel));
    if (to) to.closest("article").append(notice, form);
  };
  const reply = async (to, quote) => {
    back();
    const parent = new URL(to.href).searchParams.get(quote ? "quote" : "reply");
    answer(parent, to.textContent + ". ", to);
    if (quote && !form.elements.body.value) {
      try {
        const said = JSON.parse(await ask("/api/v1/comments/" + parent)).comment;
        const text = said.markdown || to.closest("article").querySelector(".said").innerText;
        form.elements.body.value = self.hamletThread.quoted(text);
      } catch { /* without the quotation then */ }
    }
    form.elements.body.focus();
  };
  root.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && !e.isComposing) back();
  });

  // Links that lead to something shown here.
  const go = (id) => {
    const to = root.getElementById(id);
    if (!to) return;
    if (!to.matches("input, textarea")) to.tabIndex = -1;
    const fold = to.closest("details");
    if (fold) fold.open = true;
    to.scrollIntoView({ block: "nearest" });
    to.focus();
  };

  // Leads to a comment, on whatever page of the thread it is.
  const lead = async (id) => {
    if (!root.getElementById("comment-" + id)) {
      const said = JSON.parse(await ask("/api/v1/comments/" + id));
      if (said.post.slug !== script.dataset.post) return;
      await show(new URL(said.links.thread).searchParams.get("page") || "");
    }
    go("comment-" + id);
  };
  // The page's own address may name one, if nothing of its own has that name.
  const find = async () => {
    const id = /^#comment-(\d+)$/.exec(location.hash);
    if (!id || document.getElementById(location.hash.slice(1))) return;
    try { await lead(id[1]); } catch { /* it is not shown any more */ }
  };
  root.addEventListener("click", async (e) => {
    const to = e.target.closest("a[href]");
    if (!to || e.button || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
    const href = to.getAttribute("href");
    if (href.startsWith("#")) {
      e.preventDefault();
      go(href.slice(1));
    } else if (form && to.closest(".answer") && !to.matches(".report")) {
      e.preventDefault();
      reply(to, to.matches(".quote"));
    } else if (to.closest(".pages, .order")) {
      e.preventDefault();
      const other = /\/comments\/(\d+|newest(?:\/\d+)?)$/.exec(to.pathname);
      try {
        await show(other ? other[1] : "");
        go("comments");
      } catch {
        location.assign(to.href);
      }
    }
  });

  const start = async () => {
    try {
      const [style] = await Promise.all([ask("/embed.css"), show("")]);
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(style);
      root.adoptedStyleSheets = [sheet];
      place.hidden = false;
      addEventListener("hashchange", find);
      find();
    } catch {
      const post = blog + "/posts/" + script.dataset.post;
      place.replaceWith(make("p", {}, link(post, post)));
    }
  };
  start();
})();
