// Makes a page that can be read without this easier to use: search, filter, sort, open and close.
"use strict";

const controls = document.getElementById("controls");
const search = document.getElementById("search");
const level = document.getElementById("level");
const shown = document.getElementById("shown");
const rows = [...document.querySelectorAll("tbody tr")].map(row => ({
  row,
  text: row.textContent.toLowerCase(),
  level: row.dataset.level,
  group: row.closest("details"),
}));
const groups = [...document.querySelectorAll("details")];

// Rows without a level of their own are about no category: only the search hides them.
function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Set();
  let count = 0;
  for (const { row, text, level: own, group } of rows) {
    const fits = words.every(word => text.includes(word)) && (!level.value || !own || own === level.value);
    row.hidden = !fits;
    if (fits) { count += 1; found.add(group); }
  }
  const isFiltering = words.length > 0 || level.value !== "";
  for (const group of groups) {
    group.hidden = isFiltering && !found.has(group);
    if (words.length > 0 && found.has(group)) group.open = true;
  }
  shown.value = isFiltering
    ? shown.dataset.text.replace("{n}", count).replace("{all}", rows.length) : "";
}

function value(row, column) {
  const cell = row.cells[column];
  return cell.dataset.order === undefined ? cell.textContent.trim() : Number(cell.dataset.order);
}

function compare(first, second) {
  return typeof first === "number" && typeof second === "number"
    ? first - second : String(first).localeCompare(String(second), document.documentElement.lang);
}

function sort(heading) {
  const body = heading.closest("table").tBodies[0];
  const descending = heading.ariaSort === "ascending";
  for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
  heading.ariaSort = descending ? "descending" : "ascending";
  const sorted = [...body.rows].sort((first, second) => {
    const order = compare(value(first, heading.cellIndex), value(second, heading.cellIndex));
    return descending ? -order : order;
  });
  body.append(...sorted);
}

for (const heading of document.querySelectorAll("thead th")) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...heading.childNodes);
  button.addEventListener("click", () => sort(heading));
  heading.append(button);
}
// What there is nothing for is not offered.
level.closest("label").hidden = !rows.some(({ level: own }) => own);
for (const id of ["expand", "collapse"]) document.getElementById(id).hidden = groups.length === 0;
search.addEventListener("input", filter);
level.addEventListener("change", filter);
controls.addEventListener("submit", event => event.preventDefault());
document.getElementById("expand").addEventListener("click", () => groups.forEach(group => { group.open = true; }));
document.getElementById("collapse").addEventListener("click", () => groups.forEach(group => { group.open = false; }));
controls.hidden = false;
