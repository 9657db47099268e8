/* Keys of the ticket page, drafts kept three seconds after the last change, and no double sending. */
(function () {
  "use strict";

  const desk = document.querySelector("[data-desk]");
  if (!desk) return;
  const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value || "";

  /* The newest message is at the bottom. */
  function showNewest() {
    const talk = document.getElementById("talk");
    if (talk) talk.scrollTop = talk.scrollHeight;
  }
  showNewest();

  /* Drafts. */
  let waiting = 0;
  desk.addEventListener("input", (event) => {
    const area = event.target.closest("[data-draft-of]");
    if (!area) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const body = new URLSearchParams({ body: area.value, is_note: area.dataset.draftOf });
      fetch(desk.dataset.draft, { method: "POST", headers: { "X-CSRFToken": token() }, body });
    }, 3000);
  });

  /* Who has typed nothing yet has seen what just came in; who is writing is told when they send. */
  document.body.addEventListener("htmx:afterSwap", () => {
    const last = document.getElementById("talk")?.dataset.last;
    if (!last) return;
    showNewest();
    for (const area of desk.querySelectorAll("[data-draft-of]")) {
      if (!area.value) area.form.elements.last_seen.value = last;
    }
  });

  /* One press sends once. */
  desk.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-once]");
    if (!form) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    clearTimeout(waiting);
  });

  function open(letter) {
    const box = desk.querySelector(`details[data-key="${letter}"]`);
    if (!box) return;
    for (const other of desk.querySelectorAll("details[data-key]")) other.open = other === box;
    box.querySelector("textarea").focus();
  }

  function step(by) {
    const items = [...desk.querySelectorAll(".zg-desk-item")];
    const here = items.findIndex((item) => item.getAttribute("aria-current"));
    const next = items[here + by];
    if (next) next.click();
  }

  function send(form, then) {
    const button = form.querySelector(`[data-then="${then}"]`) || form.querySelector("button[type=submit]");
    form.requestSubmit(button);
  }

  document.addEventListener("keydown", (event) => {
    const area = event.target.closest && event.target.closest("[data-draft-of]");
    if (area && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      send(area.form, event.shiftKey ? "resolved" : "waiting_customer");
      return;
    }
    if (area && event.key === "Escape") return area.blur();
    const typing = event.target.closest && event.target.closest("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "r" || event.key === "n") {
      event.preventDefault();
      open(event.key);
    } else if (event.key === "a" || event.key === "c") {
      desk.querySelector(`button[data-key="${event.key}"]`)?.click();
    } else if (event.key === "/") {
      event.preventDefault();
      location.assign(desk.querySelector(".zg-desk-queue a").href);
    }
  });
})();
