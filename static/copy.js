// Puts a button on every block of code that copies it. Its words are attributes
// of the block; without this file there is no button and nothing is missing.
"use strict";
if (navigator.clipboard) {
  for (const pre of document.querySelectorAll("pre[data-copy]")) {
    const button = document.createElement("button");
    const box = document.createElement("div");
    button.type = "button";
    button.textContent = pre.dataset.copy;
    button.setAttribute("aria-live", "polite");
    box.className = "copying";
    pre.replaceWith(box);
    box.append(pre, button);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(pre.textContent);
      button.textContent = pre.dataset.copied;
      setTimeout(() => { button.textContent = pre.dataset.copy; }, 2000);
    });
  }
}
