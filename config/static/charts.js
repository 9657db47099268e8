/* Draws every <canvas data-chart="ID"> from the JSON in #ID with Chart.js, which the admin theme's base layout loads.

   {
     kind: "line" | "bar" | "stacked" | "hbar",
     labels: ["2026-11-01", ...] or any texts,
     label_kind: "day" where labels are ISO days: weekends are marked and weekdays told,
     unit: "money" | "count" | "rate" (0.25 is 25 %), symbol: what stands before amounts,
     series: [{
       name, values: [1, null, ...],
       role: "main" | "compare" (grey and dashed, hatched as a bar) | "second" ... "sixth" | "change" (coloured by sign),
       labels: optional, what each value belongs to where it is not the label (the days compared with)
     }],
     marks: [{at, name}]: a line before a place, where a metric's definition changes,
     bands: [{from, to, name}]: shaded from place to place, provisional_from: place from which the main line is dashed
   }

   Axes begin at zero, long numbers are short on axes (万 and 亿, K and M) and exact in tips. Colours of up and down follow
   data-colours="red_up | green_up" of the section around. The table beside folds away, and that is remembered. */
(() => {
  "use strict";
  const ROLES = ["main", "second", "third", "fourth", "fifth", "sixth"];
  const LIGHT = { main: "#2563eb", second: "#b45309", third: "#0f766e", fourth: "#7c3aed", fifth: "#be123c", sixth: "#4d7c0f",
    compare: "#6b7280", text: "#374151", grid: "#e5e7eb", band: "rgba(234, 179, 8, .14)", bandText: "#854d0e",
    weekend: "rgba(107, 114, 128, .10)", mark: "#7c3aed", red: "#dc2626", green: "#15803d", page: "#ffffff" };
  const DARK = { main: "#60a5fa", second: "#fbbf24", third: "#2dd4bf", fourth: "#c4b5fd", fifth: "#fb7185", sixth: "#a3e635",
    compare: "#9ca3af", text: "#d1d5db", grid: "#374151", band: "rgba(234, 179, 8, .16)", bandText: "#fde68a",
    weekend: "rgba(156, 163, 175, .12)", mark: "#c4b5fd", red: "#f87171", green: "#4ade80", page: "#111827" };
  const DASHES = { compare: [5, 4], third: [8, 3], fourth: [2, 3], fifth: [10, 3, 2, 3], sixth: [1, 2] };
  const POINTS = { main: "circle", second: "rectRot", third: "triangle", fourth: "rect", fifth: "star", sixth: "cross" };
  const REMEMBERED = "zgChartTables";
  const language = () => document.documentElement.lang || "en";
  const isChinese = () => language().startsWith("zh");
  const isDark = () => document.documentElement.classList.contains("dark");
  const isStill = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const isPrinted = () => window.matchMedia("print").matches;
  const colours = () => (isDark() && !isPrinted() ? DARK : LIGHT);

  const drop = (text) => text.replace(/\.0+$/, "").replace(/(\.\d*?)0+$/, "$1");

  function short(value, data) {
    if (data.unit === "rate") return `${drop((value * 100).toFixed(1))} %`;
    const steps = isChinese() ? [[1e8, "亿"], [1e4, "万"]] : [[1e9, "B"], [1e6, "M"], [1e3, "K"]];
    const sign = value < 0 ? "−" : "";
    const size = Math.abs(value);
    const step = steps.find(([least]) => size >= least);
    const number = step ? `${drop((size / step[0]).toFixed(2))}${step[1]}` : drop(size.toFixed(2));
    return `${sign}${data.symbol || ""}${number}`;
  }

  function exact(value, data) {
    if (value === null || value === undefined) return "—";
    if (data.unit === "rate") return `${(value * 100).toFixed(1)} %`;
    const digits = data.unit === "money" ? 2 : 0;
    const number = Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: 2 });
    return `${value < 0 ? "−" : ""}${data.symbol || ""}${number}`;
  }

  const asDay = (label) => new Date(`${label}T00:00:00Z`);
  const weekday = (label) => asDay(label).toLocaleDateString(language(), { weekday: "short", timeZone: "UTC" });
  const withWeekday = (label, data) => (data.label_kind === "day" ? `${label} ${weekday(label)}` : label);

  /* A long name under a bar: broken at the blank next to its middle, Chinese at the middle. */
  function inTwoLines(label, room) {
    const isWide = /[\u3000-\u9fff]/.test(label);
    if (label.length * (isWide ? 12 : 6.5) < room) return label;
    const middle = Math.ceil(label.length / 2);
    const blanks = [...label.matchAll(/ /g)].map((found) => found.index);
    if (!blanks.length) return isWide ? [label.slice(0, middle), label.slice(middle)] : label;
    const at = blanks.reduce((best, one) => (Math.abs(one - middle) < Math.abs(best - middle) ? one : best));
    return [label.slice(0, at), label.slice(at + 1)];
  }

  function hatch(colour) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.strokeStyle = colour;
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(0, 8); pen.lineTo(8, 0);
    pen.moveTo(-2, 2); pen.lineTo(2, -2);
    pen.moveTo(6, 10); pen.lineTo(10, 6);
    pen.stroke();
    return pen.createPattern(tile, "repeat");
  }

  /* Bands of events and marks of weekends, behind everything. */
  const shading = {
    id: "zgShading",
    beforeDatasetsDraw(chart, _arguments, options) {
      const { ctx, chartArea: area, scales } = chart;
      const data = options.data;
      const paint = options.colours;
      if (!data || !scales.x || data.kind === "hbar") return;
      const places = data.labels.length;
      const step = places > 1 ? scales.x.getPixelForValue(1) - scales.x.getPixelForValue(0) : area.width;
      const span = (from, to) => {
        const left = Math.max(area.left, scales.x.getPixelForValue(from) - step / 2);
        return [left, Math.min(area.right, scales.x.getPixelForValue(to) + step / 2) - left];
      };
      ctx.save();
      if (data.label_kind === "day" && places <= 100) {
        ctx.fillStyle = paint.weekend;
        data.labels.forEach((label, place) => {
          const [left, width] = span(place, place);
          if ([0, 6].includes(asDay(label).getUTCDay())) ctx.fillRect(left, area.top, width, area.height);
        });
      }
      ctx.font = "11px sans-serif";
      ctx.textBaseline = "top";
      const taken = [0, 0, 0];
      (data.bands || []).forEach((band) => {
        const [left, width] = span(band.from, band.to);
        ctx.fillStyle = paint.band;
        ctx.fillRect(left, area.top, width, area.height);
        ctx.strokeStyle = paint.bandText;
        ctx.globalAlpha = 0.5;
        ctx.setLineDash([2, 3]);
        ctx.strokeRect(left, area.top, width, area.height);
        ctx.globalAlpha = 1;
        ctx.fillStyle = paint.bandText;
        /* A name is never cut: it begins further left at the right edge, and stands in the first row with room. */
        const room = ctx.measureText(band.name).width;
        const start = Math.max(area.left, Math.min(left + 4, area.right - room - 4));
        const row = taken.findIndex((end) => end < start);
        if (width <= 30 || row < 0 || room > area.width) return;
        ctx.fillText(band.name, start, area.top + 3 + row * 14);
        taken[row] = start + room + 6;
      });
      ctx.setLineDash([]);
      ctx.strokeStyle = ctx.fillStyle = paint.mark;
      ctx.lineWidth = 1.5;
      ctx.textBaseline = "bottom";
      (data.marks || []).forEach((mark) => {
        const x = span(mark.at, mark.at)[0];
        ctx.beginPath();
        ctx.moveTo(x, area.top);
        ctx.lineTo(x, area.bottom);
        ctx.stroke();
        ctx.textAlign = x > (area.left + area.right) / 2 ? "right" : "left";
        ctx.fillText(mark.name, x + (ctx.textAlign === "right" ? -4 : 4), area.bottom - 3);
      });
      ctx.restore();
    },
  };

  function byWay(values, section, paint) {
    const redUp = (section && section.dataset.colours) !== "green_up";
    const [up, down] = redUp ? [paint.red, paint.green] : [paint.green, paint.red];
    return values.map((value) => (value >= 0 ? up : down));
  }

  function lineStyle(series, data, colour) {
    const from = data.provisional_from;
    const dash = DASHES[series.role] || [];
    const isProvisional = (context) => ["main", "second"].includes(series.role) && from !== null && from !== undefined && context.p1DataIndex >= from;
    return {
      borderColor: colour, backgroundColor: colour, borderWidth: series.role === "main" ? 2.25 : 1.75, borderDash: dash,
      segment: { borderDash: (context) => (isProvisional(context) ? [3, 4] : dash) },
      pointStyle: POINTS[series.role] || "circle", pointHoverRadius: 5, tension: 0, spanGaps: false,
      pointRadius: data.labels.length > 62 || series.role === "compare" ? 0 : 2.5,
    };
  }

  function barStyle(series, data, colour) {
    const from = data.provisional_from;
    const hatched = series.role === "compare" || (ROLES.indexOf(series.role) % 2 === 1);
    const isProvisional = (place) => data.label_kind === "day" && from !== null && from !== undefined && place >= from;
    return {
      backgroundColor: series.values.map((_value, place) => (hatched || isProvisional(place) ? hatch(colour) : colour)),
      borderColor: colour, borderWidth: 1, borderRadius: 2, maxBarThickness: 34,
    };
  }

  function datasetOf(series, data, section, paint) {
    const colour = paint[series.role] || paint.main;
    const style = data.kind === "line" ? lineStyle(series, data, colour) : barStyle(series, data, colour);
    if (series.role === "change") {
      style.backgroundColor = byWay(series.values, section, paint);
      style.borderColor = style.backgroundColor;
    }
    return { ...style, label: series.name, data: series.values, order: series.role === "compare" ? 2 : 1 };
  }

  /* Lines as they are drawn, dashes too: colour alone tells nobody enough. */
  function lineLegend(data, paint) {
    return {
      color: paint.text, usePointStyle: true, pointStyle: "line", pointStyleWidth: 30,
      generateLabels: (chart) => Chart.defaults.plugins.legend.labels.generateLabels(chart).map((item) => {
        const role = data.series[item.datasetIndex].role;
        return { ...item, fontColor: paint.text, lineDash: DASHES[role] || [], lineWidth: 2, strokeStyle: paint[role] || paint.main };
      }),
    };
  }

  function tips(data) {
    return {
      callbacks: {
        title: (items) => (items.length ? withWeekday(data.labels[items[0].dataIndex], data) : ""),
        label: (item) => {
          const series = data.series[item.datasetIndex];
          const own = series.labels && series.labels[item.dataIndex];
          const sign = series.role === "change" ? (item.raw > 0 ? "▲ +" : "▼ ") : "";
          return `${own ? withWeekday(own, data) : series.name}: ${sign}${exact(item.raw, data)}`;
        },
        footer: (items) => {
          const place = items.length ? items[0].dataIndex : -1;
          const bands = (data.bands || []).filter((band) => band.from <= place && place <= band.to);
          return [...bands, ...(data.marks || []).filter((mark) => mark.at === place)].map((one) => one.name);
        },
      },
    };
  }

  function axes(data, paint) {
    const isFlat = data.kind === "hbar";
    const values = {
      beginAtZero: true, stacked: data.kind === "stacked", border: { display: false },
      grid: { color: paint.grid },
      ticks: {
        color: paint.text, maxTicksLimit: isFlat ? 5 : 6, maxRotation: 0, autoSkipPadding: 8, callback: (value) => short(value, data),
        precision: data.unit === "count" ? 0 : undefined,
      },
    };
    const names = {
      stacked: data.kind === "stacked", grid: { display: false }, border: { color: paint.grid },
      ticks: {
        color: paint.text, autoSkip: !isFlat && data.labels.length > 8, maxRotation: 0, autoSkipPadding: 12,
        callback(value) {
          const label = this.getLabelForValue(value);
          if (data.label_kind === "day") return label.slice(5);
          return isFlat || data.labels.length > 8 ? label : inTwoLines(label, this.width / data.labels.length - 6);
        },
      },
    };
    return isFlat ? { x: values, y: names } : { x: names, y: values };
  }

  function settings(data, section) {
    const paint = colours();
    return {
      type: data.kind === "line" ? "line" : "bar",
      data: { labels: data.labels, datasets: data.series.map((series) => datasetOf(series, data, section, paint)) },
      options: {
        indexAxis: data.kind === "hbar" ? "y" : "x",
        responsive: true, maintainAspectRatio: false,
        animation: isStill() || isPrinted() || data.is_still || data.labels.length > 60 ? false : { duration: 200 },
        interaction: { mode: "index", intersect: false, axis: data.kind === "hbar" ? "y" : "x" },
        scales: axes(data, paint),
        plugins: {
          legend: {
            display: data.series.length > 1, position: "top", align: "start",
            labels: data.kind === "line" ? lineLegend(data, paint) : { color: paint.text, boxWidth: 14, boxHeight: 8 },
          },
          tooltip: tips(data),
          zgShading: { data, colours: paint },
        },
      },
      plugins: [shading],
    };
  }

  function draw(canvas, isStillNow) {
    const source = document.getElementById(canvas.dataset.chart);
    if (!source || typeof Chart === "undefined") return;
    const data = JSON.parse(source.textContent);
    data.is_still = isStillNow;
    const old = Chart.getChart(canvas);
    if (old) old.destroy();
    if (data.kind === "hbar") canvas.parentElement.style.height = `${64 + data.labels.length * (data.series.length > 1 ? 34 : 26)}px`;
    const chart = new Chart(canvas, settings(data, canvas.closest("[data-colours]")));
    pointFromRows(canvas, chart);
  }

  /* A row of the table points at its place in the picture, by mouse and by keyboard. */
  function pointFromRows(canvas, chart) {
    const section = canvas.closest("section");
    if (!section || section.dataset.points) return;
    section.dataset.points = "yes";
    const point = (event) => {
      const row = event.target.closest("tr[data-place]");
      const now = Chart.getChart(canvas);
      if (!row || !now) return;
      const place = Number(row.dataset.place);
      const active = now.data.datasets.map((_set, index) => ({ datasetIndex: index, index: place }))
        .filter((one) => now.getDatasetMeta(one.datasetIndex).data[place]);
      if (!active.length) return;
      const { x, y } = now.getDatasetMeta(active[0].datasetIndex).data[place];
      now.setActiveElements(active);
      now.tooltip.setActiveElements(active, { x, y });
      now.update("none");
    };
    section.addEventListener("mouseover", point);
    section.addEventListener("focusin", point);
    chart.update("none");
  }

  function drawAll(root, isStillNow) {
    root.querySelectorAll("canvas[data-chart]").forEach((canvas) => draw(canvas, isStillNow));
    foldTables(root);
  }

  /* Tables fold away for the eye only: screen readers keep them, and a link inside that takes the focus opens them. */
  function remembered() {
    try { return localStorage.getItem(REMEMBERED) === "open"; } catch { return false; }
  }

  function foldTables(root) {
    root.querySelectorAll("[data-folds]").forEach((box) => box.classList.toggle("zg-folded", !remembered()));
    root.querySelectorAll("button[data-chart-table]").forEach((button) => {
      button.hidden = false;
      button.setAttribute("aria-expanded", String(remembered()));
    });
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-chart-table]");
    if (!button) return;
    try { localStorage.setItem(REMEMBERED, remembered() ? "folded" : "open"); } catch { return; }
    foldTables(document);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("button[data-print]")) window.print();
  });

  /* Parts that refresh themselves: an unchanged answer (304) leaves the page as it is. */
  document.addEventListener("htmx:configRequest", (event) => {
    const etag = event.target.dataset && event.target.dataset.etag;
    if (etag) event.detail.headers["If-None-Match"] = etag;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status === 304) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const box = event.target;
    if (!box.dataset || !("etag" in box.dataset)) return;
    const status = event.detail.xhr.status;
    const stamp = document.querySelector("[data-live-stamp]");
    box.classList.toggle("zg-stale", !(status === 200 || status === 304));
    if (status === 200) box.dataset.etag = event.detail.xhr.getResponseHeader("ETag") || "";
    if (stamp && (status === 200 || status === 304)) stamp.textContent = new Date().toLocaleTimeString(language(), { hour12: false });
  });
  document.addEventListener("htmx:afterSwap", (event) => drawAll(event.target, true));

  const redraw = () => drawAll(document, true);
  const start = () => {
    drawAll(document, false);
    // The width of a tab is known when its letters are.
    document.fonts.ready.then(() => document.querySelectorAll(".zg-tabs [aria-current], .zg-presets [aria-current]").forEach((tab) => {
      const row = tab.parentElement;
      row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.clientWidth) / 2;
    }));
    let wasDark = isDark();
    new MutationObserver(() => {
      if (isDark() !== wasDark) { wasDark = isDark(); redraw(); }
    }).observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
    window.addEventListener("beforeprint", redraw);
    window.addEventListener("afterprint", redraw);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
