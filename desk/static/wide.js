// A table wider than its page scrolls inside itself; by the keyboard, too: only then is it a stop of Tab.
"use strict";
(() => {
  const mark = (each) => {
    if (each.scrollWidth > each.clientWidth) each.setAttribute("tabindex", "0");
    else each.removeAttribute("tabindex");
  };
  const sizes = new ResizeObserver((seen) => seen.forEach(({target}) => mark(target)));
  const watch = () => document.querySelectorAll(".wide").forEach((each) => sizes.observe(each));
  watch();
  document.addEventListener("htmx:afterSettle", watch);
})();
