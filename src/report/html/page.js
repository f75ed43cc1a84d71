"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  const by = (id) => document.getElementById(id);
  root.classList.add("js");

  // A file that is opened from a disk may have no storage.
  const remember = (value) => { try { localStorage.setItem("shield-theme", value); } catch { /* it lasts while the page does */ } };
  const remembered = () => { try { return localStorage.getItem("shield-theme"); } catch { return null; } };
  const themes = ["auto", "light", "dark"];
  const button = by("theme");
  const show = (theme) => {
    if (theme === "auto") root.removeAttribute("data-theme"); else root.dataset.theme = theme;
    button.textContent = "Colours: " + theme;
    button.dataset.now = theme;
  };
  show(themes.includes(remembered()) ? remembered() : "auto");
  button.hidden = false;
  button.addEventListener("click", () => {
    const next = themes[(themes.indexOf(button.dataset.now) + 1) % themes.length];
    show(next);
    remember(next);
  });

  const list = by("list");
  if (!list) return;
  const cards = all("details.finding", list);
  const order = new Map(cards.map((card, number) => [card, number]));
  const texts = new Map();
  const text = (card) => {
    if (!texts.has(card)) texts.set(card, card.textContent.toLowerCase());
    return texts.get(card);
  };
  const levels = all("button.count");
  const choices = all(".tools select[data-by]");
  const search = by("search");
  const sort = by("sort");

  const apply = () => {
    const off = new Set(levels.filter((it) => it.getAttribute("aria-pressed") === "false").map((it) => it.value));
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const card of cards) {
      const wanted = !off.has(card.dataset.level)
        && choices.every((it) => it.value === "" || card.dataset[it.dataset.by] === it.value)
        && words.every((it) => text(card).includes(it));
      card.parentElement.hidden = !wanted;
      if (wanted) shown += 1;
    }
    by("shown").textContent = shown === cards.length
      ? "All " + cards.length + " shown"
      : shown + " of " + cards.length + " shown";
    by("nothing").hidden = shown > 0;
    const narrowed = off.size > 0 || words.length > 0 || choices.some((it) => it.value !== "");
    by("clear").hidden = !narrowed;
  };
  const clear = () => {
    search.value = "";
    choices.forEach((it) => { it.value = ""; });
    levels.forEach((it) => it.setAttribute("aria-pressed", "true"));
    apply();
  };
  const sorts = {
    risk: (a, b) => order.get(a) - order.get(b),
    path: (a, b) => a.dataset.path < b.dataset.path ? -1 : a.dataset.path > b.dataset.path ? 1 : a.dataset.line - b.dataset.line,
    new: (a, b) => (a.dataset.date > b.dataset.date ? -1 : a.dataset.date < b.dataset.date ? 1 : order.get(a) - order.get(b)),
  };

  search.addEventListener("input", apply);
  choices.forEach((it) => it.addEventListener("change", apply));
  sort.addEventListener("change", () => {
    cards.sort(sorts[sort.value]).forEach((it) => list.append(it.parentElement));
  });
  levels.forEach((it) => {
    it.disabled = false;
    it.addEventListener("click", () => {
      it.setAttribute("aria-pressed", String(it.getAttribute("aria-pressed") === "false"));
      apply();
    });
  });
  all("button.link").forEach((it) => {
    it.disabled = false;
    it.addEventListener("click", () => {
      const choice = choices.find((one) => one.dataset.by === it.dataset.by);
      choice.value = it.value;
      apply();
      by("findings").scrollIntoView();
      choice.focus({ preventScroll: true });
    });
  });
  by("clear").addEventListener("click", () => { clear(); search.focus(); });
  by("fold").addEventListener("click", () => {
    const open = by("fold").getAttribute("aria-expanded") !== "true";
    cards.forEach((it) => { it.open = open; });
    by("fold").setAttribute("aria-expanded", String(open));
    by("fold").textContent = open ? "Close all" : "Open all";
  });

  const step = (by) => {
    const visible = cards.filter((it) => !it.parentElement.hidden).map((it) => it.querySelector("summary"));
    const now = visible.indexOf(document.activeElement);
    const next = visible[Math.min(Math.max(now + by, 0), visible.length - 1)];
    if (next) next.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input, select");
    if (event.key === "Escape" && typing) { clear(); event.target.blur(); }
    if (typing) return;
    if (event.key === "/") { event.preventDefault(); search.focus(); }
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
  });

  const follow = () => {
    const target = by(decodeURIComponent(location.hash.slice(1)));
    if (target && target.matches("details")) { target.open = true; target.scrollIntoView(); }
  };
  addEventListener("hashchange", follow);
  apply();
  follow();
})();
