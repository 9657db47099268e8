/* Names for form fields that the admin theme leaves without one: screen readers hear what the eye sees beside them. */
(function () {
  "use strict";

  function text(element) {
    return element ? element.textContent.replace(/[*:\s]+/g, " ").trim() : "";
  }

  function columnOf(field) {
    const cell = field.closest("td");
    const table = field.closest("table");
    if (!cell || !table) return "";
    const name = [...cell.classList].find((word) => word.startsWith("field-"));
    const named = name && table.querySelector(`th.column-${CSS.escape(name.slice(6))}`);
    return text(named || (table.tHead && table.tHead.rows[0] && table.tHead.rows[0].cells[cell.cellIndex]));
  }

  function nameOf(field) {
    const label = field.labels && field.labels[0];
    const setting = field.closest("tr")?.querySelector(".item-name");
    return text(label) || columnOf(field) || text(setting) || field.title || field.placeholder || "";
  }

  function nameFields(root) {
    for (const field of root.querySelectorAll("td input:not([type=hidden]), td select, td textarea")) {
      if (field.labels && field.labels.length) continue;
      if (!field.hasAttribute("aria-label") && !field.hasAttribute("aria-labelledby")) {
        const name = nameOf(field);
        if (name) field.setAttribute("aria-label", name);
      }
    }
    for (const box of root.querySelectorAll(".select2-selection[role=combobox]")) {
      const select = box.closest(".select2-container")?.previousElementSibling;
      const name = select && nameOf(select);
      if (!name) continue;
      box.removeAttribute("aria-labelledby");
      box.setAttribute("aria-label", name);
      for (const shown of box.querySelectorAll("[role=textbox]")) shown.setAttribute("aria-label", name);
      for (const search of box.querySelectorAll("input.select2-search__field")) search.setAttribute("aria-label", name);
    }
    for (const search of root.querySelectorAll("input.select2-search__field:not([aria-label])")) {
      const select = search.closest(".select2-container")?.previousElementSibling;
      const name = select && nameOf(select);
      if (name) search.setAttribute("aria-label", name);
    }
  }

  function openScrollingBoxes() {
    for (const box of document.querySelectorAll(".zg-table-box, .overflow-x-auto, .zg-scroll")) {
      // A box that scrolls must be reached by the keyboard; one that does not would only be in the way.
      if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) {
        if (!box.hasAttribute("tabindex")) box.setAttribute("tabindex", "0");
      }
    }
  }

  function stackRows() {
    // On a phone a wide table is read row by row, each value beside its column's name (app.css); what compares columns
    // with each other keeps its columns.
    for (const table of document.querySelectorAll("table.zg-table:not(.zg-heat, .zg-matrix)")) {
      const head = table.tHead && table.tHead.rows.length === 1 ? [...table.tHead.rows[0].cells] : [];
      const rows = [...table.tBodies].flatMap((body) => [...body.rows]).concat(table.tFoot ? [...table.tFoot.rows] : []);
      const fits = rows.every((row) => row.cells.length === head.length || row.cells.length === 1);
      if (head.length < 4 || !fits || head.some((cell) => cell.colSpan > 1)) continue;
      table.classList.add("zg-stacks");
      table.setAttribute("role", "table");
      for (const part of [table.tHead, ...table.tBodies, table.tFoot]) part?.setAttribute("role", "rowgroup");
      for (const row of [table.tHead.rows[0], ...rows]) row.setAttribute("role", "row");
      for (const cell of head) cell.setAttribute("role", "columnheader");
      for (const row of rows) {
        [...row.cells].forEach((cell, place) => {
          const label = row.cells.length === 1 ? "" : text(head[place]);
          cell.setAttribute("role", cell.tagName === "TH" ? "rowheader" : "cell");
          if (cell.dataset.label !== label) cell.dataset.label = label;
        });
      }
    }
  }

  function name() {
    nameFields(document);
    stackRows();
    openScrollingBoxes();
  }

  function start() {
    name();
    window.addEventListener("resize", openScrollingBoxes);
    // Widgets draw themselves late, and rows are added by hand.
    let waiting = false;
    new MutationObserver(() => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        name();
      });
    }).observe(document.body, { childList: true, subtree: true });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
