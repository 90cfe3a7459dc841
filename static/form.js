// What the form below a post gains where scripts run: a preview while one types,
// replies in place, a draft kept in the browser if that is ticked, and an id by which
// the same form twice is one comment. Without this file nothing is missing but comfort.
"use strict";
(() => {
  // A browser may keep nothing, or refuse to.
  const kept = (store) => ({
    get: (key) => { try { return store().getItem(key); } catch { return null; } },
    set: (key, value) => { try { store().setItem(key, value); } catch { /* not kept then */ } },
    drop: (key) => { try { store().removeItem(key); } catch { /* was not kept */ } },
  });
  const here = kept(() => localStorage);
  const tab = kept(() => sessionStorage);

  // The page after sending is the word that the draft is not needed any more.
  const sent = tab.get("hamlet:sent");
  if (sent && location.pathname.startsWith("/comments/")) {
    here.drop(sent);
    tab.drop("hamlet:sent");
  }

  const form = document.querySelector("form.respond");
  if (!form) return;
  const text = form.elements.body;
  const pass = (name, value) => {
    let field = form.elements[name];
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      form.append(field);
    }
    field.value = value;
    return field;
  };

  // The id, and which comment is answered, belong to this entry of the history: whoever goes back,
  // or loads the page anew, has the same form before them, and in its place.
  const entry = () => (history.state && history.state.form) || {};
  const enter = (what) => {
    const now = { ...entry(), ...what };
    history.replaceState({ ...history.state, form: now }, "");
  };
  if (!form.elements.form_id) {
    const fresh = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
    const id = entry().id || fresh();
    enter({ id });
    pass("form_id", id);
  }

  // How long the form was open, and whether anything was done with it.
  const before = Number(form.elements.seconds ? form.elements.seconds.value : 0);
  form.addEventListener("input", (e) => { if (e.isTrusted) pass("touched", "1"); });

  let sending = false;
  const send = form.querySelectorAll("button[type=submit]");
  const ready = () => {
    sending = false;
    for (const button of send) button.disabled = false;
  };
  form.addEventListener("submit", (e) => {
    if (sending) {
      e.preventDefault();
      return;
    }
    sending = true;
    pass("seconds", String(Math.max(1, Math.floor(before + performance.now() / 1000))));
    if (keep.checked && !(e.submitter && e.submitter.name === "preview")) tab.set("hamlet:sent", key);
    setTimeout(() => { for (const button of send) button.disabled = true; }); // once the browser has the fields
    setTimeout(ready, 15000); // the connection may be lost
  });
  addEventListener("pageshow", ready);

  // A draft, if one wants it.
  const key = "hamlet:draft:" + form.getAttribute("action");
  const keep = document.getElementById("keep-draft");
  const draft = here.get(key);
  keep.closest("p").hidden = false;
  if (draft !== null) {
    keep.checked = true;
    if (!text.value) text.value = draft;
  }
  const note = () => {
    if (keep.checked) here.set(key, text.value);
    else here.drop(key);
  };
  keep.addEventListener("change", note);
  text.addEventListener("input", note);

  // The preview, made by the server, again and again once it was asked for.
  const shown = document.getElementById("draft");
  const preview = form.querySelector("button[name=preview]");
  let timer, asking, live = !shown.hidden;
  const look = async () => {
    if (asking) asking.abort();
    asking = new AbortController();
    const body = new FormData();
    for (const name of ["author", "url", "body"]) body.set(name, form.elements[name].value);
    try {
      const answer = await fetch(form.action + "?part=preview", { method: "POST", body, signal: asking.signal, credentials: "omit" });
      if (!answer.ok) return false;
      shown.innerHTML = await answer.text();
      shown.hidden = false;
      return true;
    } catch {
      return false; // given up for a newer one, or there is no connection
    }
  };
  preview.addEventListener("click", async (e) => {
    e.preventDefault();
    live = true;
    if (await look()) {
      shown.tabIndex = -1;
      shown.focus();
    }
  });
  form.addEventListener("input", (e) => {
    if (!live || !["author", "url", "body"].includes(e.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(look, 400);
  });

  // Name and website of whoever wants to be remembered.
  const remember = form.elements.remember;
  try {
    const known = JSON.parse(here.get("hamlet:author"));
    if (known) {
      for (const name of ["author", "url"]) form.elements[name].value ||= known[name];
      remember.checked = true;
    }
  } catch {
    here.drop("hamlet:author");
  }
  form.addEventListener("submit", () => {
    if (!remember.checked) here.drop("hamlet:author");
    else here.set("hamlet:author", JSON.stringify({ author: form.elements.author.value, url: form.elements.url.value }));
  });
  document.getElementById("forget").addEventListener("submit", () => here.drop("hamlet:author"));

  // Replies in place: the one form goes below the comment, and comes back.
  const home = document.createComment("");
  const room = form.closest("section");
  let answering, why;
  const back = () => {
    if (!answering) return;
    home.replaceWith(form);
    room.hidden = false;
    why.remove();
    form.elements.parent.remove();
    enter({ parent: null });
    answering.focus();
    answering = null;
  };
  const answer = (link, parent) => {
    const fixed = form.querySelector(".replying"); // the page came with one
    if (answering) why.remove();
    else {
      form.replaceWith(home);
      room.hidden = true;
    }
    if (fixed) fixed.remove();
    answering = link;
    why = document.createElement("p");
    why.className = "replying";
    const cancel = document.createElement("a");
    cancel.href = form.action;
    cancel.textContent = form.dataset.cancel;
    cancel.addEventListener("click", (c) => {
      c.preventDefault();
      back();
    });
    why.append(link.textContent + ". ", cancel);
    pass("parent", parent);
    form.prepend(why);
    link.closest("article").append(form);
    enter({ parent });
  };
  document.addEventListener("click", (e) => {
    const link = e.target.closest ? e.target.closest(".answer a[href*='reply=']") : null;
    if (!link || e.button || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
    const parent = new URL(link.href).searchParams.get("reply");
    if (!parent) return;
    e.preventDefault();
    answer(link, parent);
    text.focus();
  });
  const { parent } = entry();
  const link = parent && document.querySelector(`.answer a[href*='reply=${CSS.escape(parent)}#']`);
  if (link) answer(link, parent);
  form.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && answering && !e.isComposing) back();
  });
})();
