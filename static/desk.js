// What the moderators' lists gain where scripts run: keys, and decisions that take
// effect in place. The server's answer is what counts: a decision that it refuses is sent
// again as the form that it is, so that its own page says why, but not before those that came
// after it are carried out; where several are refused, they are told, and back in the list.
// Without this file nothing is missing but speed.
"use strict";
(() => {
  const list = document.querySelector("ol.cards");
  const main = document.querySelector("#main");
  // What a page tells is undone by the same key everywhere.
  if (!list || !main || !document.querySelector("#keys")) {
    document.addEventListener("keydown", (e) => {
      if (e.key !== "u" || e.ctrlKey || e.metaKey || e.altKey || e.repeat || e.isComposing) return;
      if (e.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
      const button = document.querySelector("#notice button.undo");
      if (button) button.click();
    });
    return;
  }
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
  const tell = (text, act, more) => {
    const told = document.querySelector("#notice");
    if (told && told !== toast) {
      told.removeAttribute("id");
      told.classList.add("past");
    }
    toast.id = "notice";
    const words = document.createElement("p");
    words.textContent = text;
    if (more) {
      const link = document.createElement("a");
      link.href = more.url;
      link.textContent = more.text;
      words.append(" ", link);
    }
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

  // What was decided, the last one last, for going back step by step: each step has an act
  // once it is done, and is going back from when that is asked for. And what was not done
  // although it was decided.
  const steps = [];
  const refused = [];
  const drop = (step) => { steps.splice(steps.indexOf(step), 1); };
  const lastAct = () => steps.findLast((step) => step.act && !step.back)?.act;
  let queue = Promise.resolve();
  let waiting = 0;
  let stale = false;
  let leaving = false; // for another page: what is pressed from then on is not meant for this one
  let many = null; // the button of a selection, which waits for what was decided before
  addEventListener("pageshow", () => { leaving = false; });
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
    leaving = true;
    form.submit();
  };
  // Nothing leads away from the page before all that was decided has its answer.
  const settle = () => {
    const not = refused.splice(0);
    const pressed = many;
    many = null;
    if (not.length === 1 && not[0].answered) {
      asForm(not[0].action, not[0].fields);
    } else if (not.length > 0) {
      tell(help.dataset.refused, lastAct());
      for (const [i, task] of not.entries()) toast.firstChild.append(i ? ", " : " ", task.name);
      leaving = false;
    } else if (pressed) {
      pressed.click();
    } else if (stale || !list.querySelector("article.card")) {
      leaving = true;
      location.reload();
    }
  };
  const later = (task, then) => {
    waiting++;
    queue = queue.then(async () => {
      if (task.action) { // else what it would undo was refused
        try {
          const said = await send(task.action, task.fields);
          task.answered = true;
          if (said) then(said);
          else refused.push(task);
        } catch {
          refused.push(task);
        }
      }
      if (task.failed && refused.at(-1) === task) task.failed();
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
    const step = { item };
    steps.push(step);
    later({ action, fields, item, name: linkTo(card), failed: () => drop(step) }, (said) => {
      const now = said.comments[0];
      step.mark = document.createComment("");
      item.replaceWith(step.mark);
      step.act = said.act;
      tell(said.text, said.act, said.more);
      if (now && now.status === here) stale = true;
    });
  };

  // It may be asked for before what it undoes has its answer.
  const undo = (step) => {
    const task = {
      get action() { return step.act && `/admin/acts/${step.act}/undo`; },
      fields: new URLSearchParams({ return: location.pathname + location.search }),
      name: help.dataset.undo,
      failed: () => { if (task.answered) drop(step); else step.back = false; },
    };
    step.back = true;
    later(task, (said) => {
      const { item, mark } = step;
      drop(step);
      for (const field of item.querySelectorAll("input[name=revision]")) field.value = said.comments[0].revision;
      for (const box of item.querySelectorAll("input[name=select]")) box.value = `${said.comments[0].id}:${said.comments[0].revision}`;
      mark.replaceWith(item);
      tell(said.text, lastAct());
      go(item.querySelector("article.card"));
    });
  };
  // What the page itself told is undone once, and seen when the page is loaded again.
  const undoTold = (form) => {
    later({ action: form.action, fields: new URLSearchParams(new FormData(form)), name: help.dataset.undo }, () => { stale = true; });
    form.remove();
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
      if (!leaving) decide(card, e.target, button.getAttribute("formaction") || e.target.getAttribute("action"));
    } else if ((waiting > 0 || steps.length > 0) && button.classList.contains("undo")) {
      e.preventDefault();
      const step = steps.find(({ act }) => act && e.target.action.endsWith(`/acts/${act}/undo`));
      if (leaving) return;
      if (!step) undoTold(e.target);
      else if (!step.back) undo(step);
    } else if (waiting === 0 && e.target.method !== "dialog") { // another page is on its way
      leaving = true;
    }
  });

  // With a selection a key is for all of it, by the form that the buttons above the list send.
  const pressMany = (name) => {
    const button = document.querySelector(`#bulk button[value="${name}"]`);
    if (!button || leaving) return;
    leaving = true;
    many = button;
    if (waiting === 0) settle();
  };
  const press = (name) => {
    if (list.querySelector("li:not([hidden]) input[name=select]:checked")) {
      pressMany(name);
      return;
    }
    const card = current() || cards()[0];
    const button = card && card.querySelector(`button.do-${name}[formaction]`);
    if (button) button.click();
  };
  const sought = () => main.querySelector("input[type=search], input[name=text]");
  let from = null; // the card that the search was begun from
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    a: () => press("approve"),
    s: () => press("spam"),
    t: () => press("trash"),
    // What was decided last by now, not by when the server answers.
    u: () => {
      const step = steps.findLast((step) => !step.back);
      const button = document.querySelector("#notice button.undo");
      if (leaving) return;
      if (step) undo(step);
      else if (button) button.click();
    },
    x: () => { const box = current() && current().querySelector("input[name=select]"); if (box) box.click(); },
    "/": () => {
      const field = sought();
      if (!field) return;
      from = current();
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
    if (e.key === "Escape" && e.target === sought()) go(from && cards().includes(from) ? from : cards()[0]);
    if (e.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") || help.open && e.key !== "?") return;
    const act = keys[e.key];
    if (act && act(e) !== false) e.preventDefault();
  });
  go(location.hash.startsWith("#comment-") ? document.querySelector(location.hash) : null);
})();
