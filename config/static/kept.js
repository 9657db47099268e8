/* What was typed outlives a session that had ended, in this tab only and for the same person; and a page that was gone
   back to names the press of its form as before, so that pressing again makes nothing twice. */
(function () {
  "use strict";

  const KEY = "zg-kept";
  const script = document.currentScript;
  const whose = new URL(script.src).searchParams.get("of") || "";
  // A page that is shown instead of the answer: the sign-in, or a form that was refused unread.
  const isRefusal = () => script.hasAttribute("data-refused") || Boolean(document.getElementById("login-form"));
  const isStep = () => Boolean(document.querySelector("[data-sign-in-step]"));
  const here = () => location.pathname + location.search;
  const target = (form) => new URL(form.getAttribute("action") || location.href, location.href).pathname;

  function read() {
    try {
      return JSON.parse(sessionStorage.getItem(KEY));
    } catch (_broken) {
      return null;
    }
  }

  function write(kept) {
    try {
      if (kept) sessionStorage.setItem(KEY, JSON.stringify(kept));
      else sessionStorage.removeItem(KEY);
    } catch (_full) {
      /* A browser that keeps nothing loses what it would have lost anyway. */
    }
  }

  const isTyped = (field) =>
    field.name && !field.disabled && !["hidden", "file", "password", "submit", "button", "reset"].includes(field.type);
  const typedIn = (form) => [...form.elements].filter(isTyped);

  function valueOf(field) {
    if (field.type === "checkbox" || field.type === "radio") return field.checked;
    if (field.type === "select-multiple") return [...field.selectedOptions].map((option) => option.value);
    return field.value;
  }

  function putBack(field, value) {
    if (field.type === "checkbox" || field.type === "radio") field.checked = value;
    else if (field.type === "select-multiple") {
      for (const option of field.options) option.selected = value.includes(option.value);
    } else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    for (let box = field.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  }

  function keep(form) {
    if (form.method !== "post" || form.querySelector("input[type=password]") || isRefusal() || isStep()) return;
    const fields = typedIn(form).map((field) => [field.name, field.type, valueOf(field)]);
    if (fields.length) write({ of: whose, page: here(), target: target(form), fields, refused: false });
  }

  function restore() {
    const kept = read();
    if (!kept) return;
    if (isRefusal()) return write({ ...kept, refused: true });
    if (isStep()) return;
    if (!kept.refused || kept.of !== whose) return write(null);
    if (kept.page !== here()) return;
    write(null);
    const form = [...document.forms].find((one) => one.method === "post" && target(one) === kept.target);
    if (!form) return;
    const fields = typedIn(form);
    kept.fields.forEach(([name, type, value], place) => {
      // Fields of one name and kind come in their order; the page is the same one.
      const before = kept.fields.slice(0, place).filter((one) => one[0] === name && one[1] === type).length;
      const same = fields.filter((field) => field.name === name && field.type === type);
      if (same[before]) putBack(same[before], value);
    });
  }

  /* The names of presses, kept in the browser's history beside the page. */
  function keepPress(form) {
    const press = form.elements.namedItem("press");
    if (!press || !press.value) return;
    const presses = { ...((history.state && history.state.zgPresses) || {}), [target(form)]: press.value };
    history.replaceState({ ...(history.state || {}), zgPresses: presses }, "");
  }

  function restorePresses() {
    const presses = (history.state && history.state.zgPresses) || {};
    for (const form of document.forms) {
      const press = form.elements.namedItem("press");
      if (press && presses[target(form)]) press.value = presses[target(form)];
    }
  }

  /* A file that is too large is told before it is sent. */
  function weigh(field) {
    const largest = Number(field.dataset.largest);
    const isTooLarge = [...field.files].some((file) => file.size > largest);
    field.setCustomValidity(isTooLarge ? field.dataset.tooLarge : "");
    if (isTooLarge) field.reportValidity();
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("input[type=file][data-largest]")) weigh(event.target);
  });
  document.addEventListener("submit", (event) => {
    if (!(event.target instanceof HTMLFormElement)) return;
    keep(event.target);
    keepPress(event.target);
  });

  function start() {
    restore();
    restorePresses();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
