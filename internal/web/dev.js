// Loads the page again when the blog has changed. Only hamlet serve --dev has it.
const shown = document.currentScript.dataset.version;
const events = new EventSource("/dev/events");
events.onmessage = (e) => {
  if (e.data === shown) return;
  events.close();
  location.reload();
};
// A page that is left must not hold one of the browser's few connections.
addEventListener("pagehide", () => events.close());
addEventListener("pageshow", (e) => { if (e.persisted) location.reload(); });
