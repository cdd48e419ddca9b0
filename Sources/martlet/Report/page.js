"use strict";
// A bar tells what it is under the pointer and in focus; the arrow keys go from one to the next.
const tip = document.getElementById("tip"), chart = document.getElementById("timeline");
const bars = [...chart.querySelectorAll(".bar")];
let same = [];
function show(bar) {
  hide();
  tip.textContent = bar.getAttribute("aria-label");
  tip.hidden = false;
  const place = bar.getBoundingClientRect(), size = tip.getBoundingClientRect();
  tip.style.left = Math.max(8, Math.min(place.left, innerWidth - size.width - 8)) + "px";
  tip.style.top = (place.bottom + size.height + 12 < innerHeight ? place.bottom + 8 : place.top - size.height - 8) + "px";
  if (bar.dataset.task) same = bars.filter(other => other.dataset.task === bar.dataset.task);
  for (const other of same) other.classList.add("same");
}
function hide() {
  tip.hidden = true;
  for (const other of same) other.classList.remove("same");
  same = [];
}
function told(event) { return event.target.closest?.(".bar,.gone,.phase"); }
chart.addEventListener("pointerover", event => { const bar = told(event); if (bar) show(bar); else hide(); });
chart.addEventListener("pointerleave", hide);
chart.addEventListener("focusin", event => { const bar = told(event); if (bar) show(bar); });
chart.addEventListener("focusout", hide);
chart.addEventListener("keydown", event => {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const next = step && bars[bars.indexOf(event.target) + step];
  if (event.key === "Escape") hide();
  if (!next) return;
  event.preventDefault();
  event.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});
