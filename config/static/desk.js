/* The ticket pages: keys, parts that refresh themselves, drafts, presence, canned answers, and no double sending. */
(function () {
  "use strict";

  const desk = document.querySelector("[data-desk]");
  const list = document.querySelector("[data-desk-queue]");
  const find = (selector) => document.querySelector(selector);
  const token = () => find("#token input").value;
  const post = (address, values, more) =>
    fetch(address, {
      method: "POST",
      headers: { "X-CSRFToken": token(), "HX-Request": "true" },
      body: new URLSearchParams(values),
      ...more,
    });

  /* A session that ended is said once; the page stays while there is something typed, until one has signed in elsewhere. */
  let ended = false;
  function sayEnded(is) {
    if (ended !== is) find("[data-ended]").hidden = !is;
    ended = is;
  }
  const leadsToSignIn = (address) => Boolean(address) && address.startsWith(desk.dataset.signIn);
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (!desk) return;
    const answer = event.detail.xhr;
    if (!leadsToSignIn(answer.getResponseHeader("HX-Redirect"))) {
      if (answer.status < 400) sayEnded(false);
      return;
    }
    if (areas().every((area) => !area.value)) return;
    event.preventDefault();
    sayEnded(true);
  });

  /* Parts that refresh themselves: an unchanged answer (304) leaves the page as it is. */
  document.addEventListener("htmx:configRequest", (event) => {
    const etag = event.target.dataset && event.target.dataset.etag;
    if (etag) event.detail.headers["If-None-Match"] = etag;
  });
  const kept = { atEnd: true, scroll: 0, chosen: new Set() };
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 304) event.detail.shouldSwap = false;
    const box = event.target;
    if (box.id === "talk") kept.atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
    if (box.id === "walk") kept.scroll = box.querySelector("[data-keep-scroll]").scrollTop;
    if (box.id === "queue") kept.chosen = new Set(chosen().map((tick) => tick.value));
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const box = event.target;
    if (box.dataset && "etag" in box.dataset) box.dataset.etag = event.detail.xhr.getResponseHeader("ETag") || "";
    if (box.id === "talk") talkChanged();
    if (box.id === "walk") box.querySelector("[data-keep-scroll]").scrollTop = kept.scroll;
    if (box.id === "queue") {
      for (const tick of ticks()) tick.checked = kept.chosen.has(tick.value);
      showChosen();
    }
  });

  /* Choosing many tickets. */
  const ticks = () => [...document.querySelectorAll("#queue input[name=chosen]")];
  const chosen = () => ticks().filter((tick) => tick.checked);
  function showChosen() {
    const bulk = find("#bulk");
    if (!bulk) return;
    const count = chosen().length;
    bulk.hidden = count === 0;
    find("[data-chosen-count]").textContent = count;
    const action = find("[data-bulk-action]").value;
    for (const label of bulk.querySelectorAll("[data-for]")) label.hidden = label.dataset.for !== action;
    const all = find("[data-check-all]");
    if (all) all.checked = count > 0 && count === ticks().length;
  }
  if (list) {
    list.addEventListener("change", (event) => {
      if (event.target.matches("[data-check-all]")) for (const tick of ticks()) tick.checked = event.target.checked;
      showChosen();
    });
    window.addEventListener("pageshow", showChosen);
  }

  /* The talk: its newest message is at the bottom and is told to those who only listen. */
  const lastSeen = () => Number(find("#talk [data-last]")?.dataset.last || 0);
  let told = lastSeen();
  function showNewest() {
    const talk = find("#talk");
    if (talk) talk.scrollTop = talk.scrollHeight;
  }
  function talkChanged() {
    if (kept.atEnd) showNewest();
    const last = lastSeen();
    if (last <= told) return;
    const fresh = [...document.querySelectorAll("#talk [data-message]")].filter((one) => Number(one.dataset.message) > told);
    find("#announce").textContent = fresh.map((one) => one.dataset.says).join(". ");
    told = last;
    /* Who has typed nothing yet has seen what just came in; who is writing is told when they send. */
    for (const area of areas()) if (!area.value) area.form.elements.last_seen.value = last;
  }

  /* Drafts, kept three seconds after the last change. */
  const areas = () => [...document.querySelectorAll("[data-draft-of]")];
  const saving = new Map();
  function saveDraft(area) {
    const stop = new AbortController();
    saving.set(area, { stop });
    const values = { body: area.value, is_note: area.dataset.draftOf, last_seen: area.form.elements.last_seen.value };
    post(desk.dataset.draft, values, { signal: stop.signal })
      .then((answer) => {
        if (leadsToSignIn(answer.headers.get("HX-Redirect"))) sayEnded(true);
        return answer.ok ? answer.text() : "";
      })
      .then((words) => { area.form.querySelector("[data-saved]").textContent = words; })
      .catch(() => {});
  }
  function stopSaving() {
    for (const { timer, stop } of saving.values()) {
      clearTimeout(timer);
      if (stop) stop.abort();
    }
  }

  /* Presence: a sign every ten seconds while the page is looked at, and at once when writing begins or ends. */
  let wroteAt = 0;
  let said = null;
  function giveSign() {
    if (!desk || ended || document.visibilityState !== "visible") return;
    said = Date.now() - wroteAt < 15000;
    post(desk.dataset.presence, { writing: said ? "1" : "0" }, { keepalive: true }).catch(() => {});
  }

  if (desk) {
    showNewest();
    find("#walk [aria-current=page].zg-desk-item")?.scrollIntoView({ block: "nearest" });
    /* On a phone the composer is two lines at the thumb until it is wanted. */
    if (window.innerWidth <= 640 && !find(".zg-composer [role=alert]") && areas().every((area) => !area.value)) {
      for (const box of document.querySelectorAll("details[data-key]")) box.open = false;
      window.scrollTo(0, document.body.scrollHeight);
    }
    for (const drawer of document.querySelectorAll("[data-drawer]")) drawer.open = window.innerWidth > 1100;
    giveSign();
    setInterval(giveSign, 10000);
    document.addEventListener("visibilitychange", giveSign);
    window.addEventListener("pagehide", () => post(desk.dataset.presence, { gone: "1" }, { keepalive: true }).catch(() => {}));
    desk.addEventListener("input", (event) => {
      const area = event.target.closest("[data-draft-of]");
      if (!area) return;
      wroteAt = Date.now();
      if (!said) giveSign();
      clearTimeout(saving.get(area)?.timer);
      saving.set(area, { timer: setTimeout(saveDraft, 3000, area) });
    });
    find("#reply-body")?.addEventListener("paste", pasteFiles);
  }

  /* A picture from the clipboard joins the files of the answer. */
  function pasteFiles(event) {
    const field = find("#reply-file");
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    const all = new DataTransfer();
    for (const file of [...field.files, ...event.clipboardData.files]) all.items.add(file);
    field.files = all.files;
  }

  /* One press sends once. */
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-once]");
    if (!form) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    stopSaving();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) for (const form of document.querySelectorAll("[data-once]")) delete form.dataset.sent;
  });

  /* Boxes: help and canned answers. */
  let slash = null;
  function openBox(name) {
    const box = document.getElementById(name);
    if (!box) return false;
    box.showModal();
    return true;
  }
  for (const box of document.querySelectorAll("dialog"))
    box.addEventListener("close", () => {
      if (box.contains(document.activeElement)) document.activeElement.blur();
      /* The slash that opened the box and picked nothing was meant as a slash. */
      if (slash) {
        slash.focus();
        slash.setRangeText("/", slash.selectionStart, slash.selectionEnd, "end");
      }
      slash = null;
    });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) openBox(opener.dataset.open);
    const macro = event.target.closest("[data-macro]");
    if (macro) insert(macro.dataset.macro);
  });
  function insert(text) {
    slash = null;
    find("#macros").close();
    const area = openComposer("r");
    area.focus();
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    const gap = area.value.match(/\{\w+\}/);
    if (gap) area.setSelectionRange(gap.index, gap.index + gap[0].length);
  }
  /* The search within the canned answers; they come in after the page. */
  const macros = () => [...document.querySelectorAll("[data-macro]")];
  document.addEventListener("input", (event) => {
    if (event.target.id !== "macro-search") return;
    const wanted = event.target.value.trim().toLowerCase();
    for (const macro of macros()) macro.parentElement.hidden = !macro.dataset.foundBy.toLowerCase().includes(wanted);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "macro-search" || event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    const first = macros().find((macro) => !macro.parentElement.hidden);
    if (first) insert(first.dataset.macro);
  });

  function openComposer(letter) {
    const box = find(`details[data-key="${letter}"]`);
    if (!box) return null;
    for (const other of document.querySelectorAll("details[data-key]")) other.open = other === box;
    const area = box.querySelector("textarea");
    area.focus();
    return area;
  }

  /* j and k: along the rows of the list, or to the ticket before or behind this one. */
  function step(by) {
    if (desk) {
      find(by > 0 ? "#step-on" : "#step-back")?.click();
      return;
    }
    const rows = [...document.querySelectorAll("#queue [data-row] th a")];
    const here = rows.indexOf(document.activeElement.closest?.("[data-row]")?.querySelector("th a"));
    const next = here < 0 ? rows[by > 0 ? 0 : rows.length - 1] : rows[here + by];
    if (next) next.focus();
  }
  function tickHere() {
    const tick = document.activeElement.closest?.("[data-row]")?.querySelector("input[name=chosen]");
    if (tick) tick.click();
  }

  function whileTyping(event, area) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      const button = area.form.querySelector(`[data-then="${event.shiftKey ? "resolved" : "waiting_customer"}"]`);
      area.form.requestSubmit(button || area.form.querySelector("button[type=submit]"));
    } else if (event.key === "/" && area.id === "reply-body" && /(^|\s)$/.test(area.value.slice(0, area.selectionStart))) {
      if (openBox("macros")) {
        slash = area;
        event.preventDefault();
      }
    } else if (event.key === "Escape") area.blur();
  }

  const KEYS = {
    j: () => step(1),
    k: () => step(-1),
    x: tickHere,
    r: () => openComposer("r"),
    n: () => openComposer("n"),
    m: () => openBox("macros"),
    a: () => find('button[data-key="a"]')?.click(),
    c: () => find('button[data-key="c"]')?.click(),
    "/": () => find("#q")?.focus(),
    "?": () => openBox("keys"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || find("dialog[open]") || (!desk && !list)) return;
    const area = event.target.closest?.("[data-draft-of]");
    if (area) return whileTyping(event, area);
    const field = event.target.closest?.("input, textarea, select, [contenteditable]");
    const typing = field && !(field.type === "checkbox" && field.name === "chosen");
    if (typing && event.key === "Escape") field.blur();
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
    event.preventDefault();
    KEYS[event.key]();
  });

  /* Chips of clocks go on by themselves: seconds in the last ten minutes, minutes, hours and days before. */
  const SOON = 600;
  function span(seconds, [minutes, hours, days]) {
    if (seconds < SOON) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds < 3600) return minutes.replace("%(count)d", Math.floor(seconds / 60));
    if (seconds < 48 * 3600) return hours.replace("%(count)d", Math.floor(seconds / 3600));
    return days.replace("%(count)d", Math.floor(seconds / 86400));
  }
  function tick() {
    for (const chip of document.querySelectorAll("time[data-words]")) {
      const left = Math.floor((Date.parse(chip.dateTime) - Date.now()) / 1000);
      const [due, overdue, ...units] = chip.dataset.words.split("|");
      const words = (left < 0 ? overdue : due).replace("%(span)s", span(Math.abs(left), units));
      if (chip.textContent !== words) chip.textContent = words;
      chip.className = `zg-chip zg-sla-${left < 0 ? "bad" : left <= SOON ? "warning" : "good"}`;
    }
  }
  tick();
  setInterval(tick, 1000);
})();
