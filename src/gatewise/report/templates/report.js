// It only adds: everything on the page stands there without it.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const made = (tag, text, attributes = {}) => {
    const element = document.createElement(tag);
    element.textContent = text;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const number = (cell) => (cell && cell.dataset.v !== undefined ? Number(cell.dataset.v) : NaN);
  const words = (cell) => {
    const copy = cell.cloneNode(true);
    all(".unit, .hidden, .mark", copy).forEach((part) => part.remove());
    return copy.textContent.trim();
  };
  // Numbers first, in order; what has none stays behind them.
  const order = (first, second, down) => {
    const [a, b] = [number(first), number(second)];
    if (Number.isNaN(a) || Number.isNaN(b)) {
      if (Number.isNaN(a) && Number.isNaN(b)) return down * words(first).localeCompare(words(second));
      return Number.isNaN(a) ? 1 : -1;
    }
    return down * (a - b);
  };

  // Tables of things, one a row: sorted by a column.
  const sortRows = (table, column, down) => {
    const body = table.tBodies[0];
    [...body.rows].sort((a, b) => order(a.cells[column], b.cells[column], down)).forEach((row) => body.append(row));
  };
  // Tables of candidates, one a column: sorted by a row.
  const sortColumns = (table, row, down) => {
    const rows = all("tr", table).filter((one) => !one.classList.contains("group"));
    const places = [...row.cells].slice(1).map((cell, place) => [cell, place + 1]);
    places.sort((a, b) => order(a[0], b[0], down));
    for (const one of rows) {
      const cells = [...one.cells];
      places.forEach(([, place]) => one.append(cells[place]));
    }
  };
  const sortable = (header, head, sort) => {
    const button = made("button", "", { type: "button", class: "sort" });
    button.append(...header.childNodes);
    button.title = "Sort by this";
    header.append(button);
    let down = -1;
    button.addEventListener("click", () => {
      down = -down;
      all("[aria-sort]", header.closest("table")).forEach((other) => other.removeAttribute("aria-sort"));
      all(".sorted", header.closest("table")).forEach((other) => other.classList.remove("sorted"));
      if (head) header.setAttribute("aria-sort", down > 0 ? "ascending" : "descending");
      button.classList.add("sorted");
      button.dataset.way = down > 0 ? "↑" : "↓";
      sort(down);
    });
  };
  const csvOf = (table) => {
    const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const text = (cell) => {
      if (cell.dataset.v !== undefined) return cell.dataset.v;
      const unit = cell.querySelector(".unit");
      return words(cell) + (cell.tagName === "TH" && unit ? `, ${unit.textContent}` : "");
    };
    const rows = all("tr", table).filter((row) => !row.classList.contains("group") && !row.hidden);
    return rows.map((row) => [...row.cells].map((cell) => quoted(text(cell))).join(",")).join("\n") + "\n";
  };
  const copy = (text, told) => {
    const done = () => (told.textContent = "copied");
    const byHand = () => {
      const area = made("textarea", text);
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      done();
    };
    if (navigator.clipboard && window.isSecureContext) navigator.clipboard.writeText(text).then(done, byHand);
    else byHand();
  };
  for (const table of all("table[data-title]")) {
    const tools = made("div", "", { class: "tools" });
    const across = table.classList.contains("across");
    if (across) {
      all("tbody th[scope=row]", table).forEach((header) =>
        sortable(header, false, (down) => sortColumns(table, header.parentNode, down)));
    } else {
      all("thead th", table).forEach((header, column) =>
        sortable(header, true, (down) => sortRows(table, column, down)));
    }
    const rows = all("tbody tr", table).filter((row) => !row.classList.contains("group"));
    if (rows.length > 8) {
      const label = made("label", "Rows with ");
      const filter = made("input", "", { type: "search", size: "12" });
      label.append(filter);
      filter.addEventListener("input", () => {
        const asked = filter.value.trim().toLowerCase();
        rows.forEach((row) => (row.hidden = !words(row.cells[0]).toLowerCase().includes(asked)));
        all("tbody", table).forEach((body) =>
          all(".group", body).forEach((group) => (group.hidden = all("tr:not(.group):not([hidden])", body).length === 0)));
      });
      tools.append(label);
    }
    const button = made("button", "Copy as CSV", { type: "button" });
    const told = made("span", "", { role: "status" });
    button.addEventListener("click", () => copy(csvOf(table), told));
    tools.append(button, told);
    table.parentNode.before(tools);
  }

  // Values of pictures: the nearest one to the pointer, or one after the other with the arrow keys.
  const tip = made("div", "", { class: "tip", role: "status", hidden: "" });
  document.body.append(tip);
  for (const picture of all("svg[data-spots]")) {
    const spots = JSON.parse(picture.dataset.spots);
    const ring = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    ring.setAttribute("r", "6");
    ring.setAttribute("class", "ring");
    let at = -1;
    const show = (place) => {
      at = place;
      if (place < 0) {
        tip.hidden = true;
        ring.remove();
        return;
      }
      const [x, y, text] = spots[place];
      ring.setAttribute("cx", x);
      ring.setAttribute("cy", y);
      picture.append(ring);
      const box = picture.getBoundingClientRect();
      const scale = box.width / picture.viewBox.baseVal.width;
      tip.textContent = text;
      tip.hidden = false;
      const left = box.left + x * scale + 12;
      tip.style.left = `${Math.max(4, Math.min(left, document.documentElement.clientWidth - tip.offsetWidth - 4)) + window.scrollX}px`;
      tip.style.top = `${box.top + y * scale - tip.offsetHeight - 10 + window.scrollY}px`;
    };
    picture.addEventListener("pointermove", (event) => {
      const box = picture.getBoundingClientRect();
      const scale = picture.viewBox.baseVal.width / box.width;
      const [x, y] = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
      let [nearest, least] = [-1, 28 * 28];
      spots.forEach(([a, b], place) => {
        const distance = (a - x) ** 2 + (b - y) ** 2;
        if (distance < least) [nearest, least] = [place, distance];
      });
      if (nearest !== at) show(nearest);
    });
    picture.addEventListener("pointerleave", () => show(-1));
    picture.setAttribute("tabindex", "0");
    picture.addEventListener("blur", () => show(-1));
    picture.addEventListener("keydown", (event) => {
      const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (event.key === "Escape") show(-1);
      if (!way) return;
      event.preventDefault();
      show((at + way + spots.length) % spots.length);
    });
  }

  // One series at a time.
  for (const panels of all(".panels.picked")) {
    const figures = all("figure", panels);
    if (figures.length < 2) continue;
    const label = made("label", "Show ", { class: "tools" });
    const select = made("select", "");
    select.append(made("option", "all"), ...figures.map((one) => made("option", words(one.querySelector("figcaption")))));
    select.addEventListener("change", () =>
      figures.forEach((one, place) => (one.hidden = select.selectedIndex > 0 && select.selectedIndex - 1 !== place)));
    label.append(select);
    panels.before(label);
  }

  // Other verdicts, all made beforehand by the rule of the report.
  const form = document.getElementById("chooser");
  const kept = document.getElementById("choices");
  if (form && kept) {
    const { places, options, reasons } = JSON.parse(kept.textContent);
    const selects = all("select", form);
    const table = document.querySelector("table.across");
    const outline = (name) => {
      const headers = all("thead th", table);
      const place = headers.findIndex((header) => header.dataset.name === name) + 1;
      for (const row of all("tr", table).filter((one) => !one.classList.contains("group"))) {
        const cells = [...row.cells];
        cells.forEach((cell, column) => cell.classList.toggle("choice", place > 0 && column === place));
        // The choice comes first, so that it is in sight on a narrow screen.
        if (place > 0) cells[0].after(cells[place]);
      }
    };
    form.addEventListener("change", () => {
      const asked = [form.elements.prefer.value, ...selects.map((one) => one.value)];
      const found = document.querySelector(`template[data-verdict="${places[asked.join(" ")]}"]`);
      const verdict = found.content.cloneNode(true);
      all("[data-reason]", verdict).forEach((one) => (one.textContent = reasons[Number(one.dataset.reason)]));
      document.getElementById("verdict").replaceChildren(verdict);
      outline(found.dataset.choice);
      const given = asked.map((value, place) => options[place][Number(value)]).filter(Boolean).join(" ");
      document.getElementById("asked").textContent = given ? `The same as: gatewise report comparison.json ${given}` : "";
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
  }
})();
