/* Lists whose rows are chosen: a box for all of a group, what is chosen in pieces, and forms that are sent once. */
(() => {
  "use strict";

  function sumUp(form) {
    const chosen = [...form.querySelectorAll("input[name=chosen]:checked")];
    const units = chosen.reduce((sum, box) => sum + Number(box.dataset.units), 0);
    const output = form.querySelector("[data-restock-sum]");
    if (output) {
      const numbers = [chosen.length, units].map((number) => number.toLocaleString("en-US"));
      output.textContent = chosen.length ? output.dataset.words.replace(/\{([01])\}/g, (_all, place) => numbers[place]) : "";
    }
    form.querySelectorAll("table").forEach((table) => {
      const all = table.querySelector("[data-check-all]");
      const boxes = [...table.querySelectorAll("input[name=chosen]")];
      if (!all) return;
      all.hidden = !boxes.length;
      all.checked = boxes.length > 0 && boxes.every((box) => box.checked);
      all.indeterminate = !all.checked && boxes.some((box) => box.checked);
    });
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-restock-choice]");
    if (!form) return;
    if (event.target.matches("[data-check-all]")) {
      event.target.closest("table").querySelectorAll("input[name=chosen]").forEach((box) => { box.checked = event.target.checked; });
    }
    sumUp(form);
  });

  /* The server makes an order once however often it is asked; this only spares the second click. */
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-once]")) return;
    setTimeout(() => event.target.querySelectorAll("button[type=submit]").forEach((button) => { button.disabled = true; }), 0);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-fill]")) return;
    document.querySelectorAll("input[data-rest]").forEach((field) => { field.value = field.dataset.rest; });
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("[data-once] button[type=submit]").forEach((button) => { button.disabled = false; });
    document.querySelectorAll("[data-fill]").forEach((button) => { button.hidden = false; });
    document.querySelectorAll("[data-restock-choice]").forEach(sumUp);
  });
})();
