// What the moderators' lists gain where scripts run: keys, and decisions that take
// effect in place. The server's answer is what counts: a decision that it refuses is sent
// again as the form that it is, so that its own page says why, but not before those that came
// after it are carried out; where several are refused, they are told, and back in the list.
// Without this file nothing is missing but speed.
"use strict";
(() => {
  const list = document.querySelector("ol.cards");
  const main = document.querySelector("#main");
  if (!list || !main || !document.querySelector("#keys")) return;
  const help = document.querySelector("#keys");
  // What is being decided on is hidden until the server has answered.
  const cards = () => [...list.querySelectorAll("li:not([hidden]) > article.card")];
  const current = () => document.activeElement.closest("article.card");

  const go = (card) => {
    if (!card) return;
    card.tabIndex = -1;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const all = cards();
    const at = all.indexOf(current());
    go(at < 0 ? all[by > 0 ? 0 : all.length - 1] : all[Math.min(all.length - 1, Math.max(0, at + by))]);
  };

  // What was done is told in one place, which is read out when its words change, and which
  // nothing makes way for. What the page itself told stays where it was, unseen.
  const toast = document.createElement("div");
  toast.className = "notice toast";
  toast.setAttribute("role", "status");
  main.append(toast);
  const tell = (text, act) => {
    const told = document.querySelector("#notice");
    if (told && told !== toast) {
      told.removeAttribute("id");
      told.classList.add("past");
    }
    toast.id = "notice";
    const words = document.createElement("p");
    words.textContent = text;
    toast.replaceChildren(words);
    if (!act) return;
    const form = document.createElement("form");
    form.method = "post";
    form.action = `/admin/acts/${act}/undo`;
    const back = document.createElement("input");
    back.type = "hidden";
    back.name = "return";
    back.value = location.pathname + location.search;
    const button = document.createElement("button");
    button.className = "undo";
    button.textContent = help.dataset.undo;
    form.append(back, button);
    toast.append(form);
  };

  // What was decided, the last one last, for going back step by step; and what was not done
  // although it was decided.
  const done = [];
  const refused = [];
  let queue = Promise.resolve();
  let waiting = 0;
  let stale = false;
  addEventListener("beforeunload", (e) => { if (waiting > 0) e.preventDefault(); });

  const send = async (action, fields) => {
    const r = await fetch(action, {
      method: "POST", headers: { Accept: "application/json" }, body: fields, redirect: "manual", keepalive: true,
    });
    return r.ok ? r.json() : null;
  };
  // The form itself, whose answer is a page.
  const asForm = (action, fields) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = action;
    for (const [name, value] of fields) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      form.append(field);
    }
    document.body.append(form);
    form.submit();
  };
  // Nothing leads away from the page before all that was decided has its answer.
  const settle = () => {
    const [only, ...more] = refused;
    if (only && more.length === 0 && only.answered) {
      asForm(only.action, only.fields);
    } else if (only) {
      tell(help.dataset.refused);
      for (const [i, task] of refused.entries()) toast.firstChild.append(i ? ", " : " ", task.name);
      refused.length = 0;
    } else if (stale || !list.querySelector("article.card")) {
      location.reload();
    }
  };
  const later = (task, then) => {
    waiting++;
    queue = queue.then(async () => {
      try {
        const said = await send(task.action, task.fields);
        task.answered = true;
        if (said) then(said);
        else refused.push(task);
      } catch {
        refused.push(task);
      }
      if (task.item) task.item.hidden = false;
      if (--waiting === 0) settle();
    });
  };

  const linkTo = (card) => {
    const link = document.createElement("a");
    link.href = `#${card.id}`;
    link.textContent = card.querySelector(".number").textContent;
    return link;
  };
  const here = new URLSearchParams(location.search).get("status") || "pending";
  const decide = (card, form, action) => {
    const fields = new URLSearchParams(new FormData(form));
    const item = card.closest("li");
    const all = cards();
    if (all.length === 1 && waiting === 0) { // what comes then is another page
      asForm(action, fields);
      return;
    }
    const at = all.indexOf(card);
    const next = all[at + 1] || all[at - 1];
    item.hidden = true;
    if (next) go(next);
    else main.focus();
    later({ action, fields, item, name: linkTo(card) }, (said) => {
      const now = said.comments[0];
      const mark = document.createComment("");
      item.replaceWith(mark);
      done.push({ act: said.act, item, mark });
      tell(said.text, said.act);
      if (now && now.status === here) stale = true;
    });
  };

  const undo = (form) => {
    const fields = new URLSearchParams(new FormData(form));
    later({ action: form.action, fields, name: help.dataset.undo }, (said) => {
      const i = done.findIndex((d) => form.action.endsWith(`/acts/${d.act}/undo`));
      if (i < 0) {
        stale = true;
        return;
      }
      const [{ item, mark }] = done.splice(i, 1);
      for (const field of item.querySelectorAll("input[name=revision]")) field.value = said.comments[0].revision;
      for (const box of item.querySelectorAll("input[name=select]")) box.value = `${said.comments[0].id}:${said.comments[0].revision}`;
      mark.replaceWith(item);
      const last = done.at(-1);
      tell(said.text, last && last.act);
      go(item.querySelector("article.card"));
    });
  };

  // A button does in place what its form would do, but for what cannot be brought back, which
  // has pages of its own. A second click of the same hand is not meant for the next comment,
  // which is then where the one before was.
  const inPlace = (button) => {
    const card = button.closest("article.card");
    return card && list.contains(card) && /\bdo-(approve|spam|trash|restore)\b/.test(button.className) ? card : null;
  };
  document.addEventListener("click", (e) => {
    const button = e.target.closest("button");
    if (button && e.detail > 1 && inPlace(button)) e.preventDefault();
  });
  document.addEventListener("submit", (e) => {
    const button = e.submitter;
    if (!button) return;
    const card = inPlace(button);
    if (card) {
      e.preventDefault();
      decide(card, e.target, button.getAttribute("formaction") || e.target.getAttribute("action"));
    } else if (done.length > 0 && button.classList.contains("undo")) {
      e.preventDefault();
      undo(e.target);
    }
  });

  const press = (name) => {
    const card = current() || cards()[0];
    const button = card && card.querySelector(`button.do-${name}[formaction]`);
    if (button) button.click();
  };
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    a: () => press("approve"),
    s: () => press("spam"),
    t: () => press("trash"),
    // What is told last by then is what was decided last.
    u: () => { queue = queue.then(() => { const button = document.querySelector("#notice button.undo"); if (button) button.click(); }); },
    x: () => { const box = current() && current().querySelector("input[name=select]"); if (box) box.click(); },
    "/": () => {
      const field = main.querySelector("input[type=search], input[name=text]");
      if (!field) return;
      const folded = field.closest("details");
      if (folded) folded.open = true;
      field.focus();
    },
    "?": () => { if (help.open) help.close(); else help.showModal(); },
    Enter: (e) => {
      if (document.activeElement !== current()) return false;
      const link = current().querySelector(".number a");
      location.href = link ? link.href : `/admin/comments/${current().id.replace("comment-", "")}`;
      return true;
    },
  };
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || e.repeat && !"jk".includes(e.key)) return;
    if (e.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") || help.open && e.key !== "?") return;
    const act = keys[e.key];
    if (act && act(e) !== false) e.preventDefault();
  });
  go(location.hash.startsWith("#comment-") ? document.querySelector(location.hash) : null);
})();
