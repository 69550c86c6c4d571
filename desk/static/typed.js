// What was typed stays with its page in the browser's history, which ends with the tab: going back finds it again, and a
// confirmation is left behind as the page of its form, which can be loaded again.
"use strict";
(() => {
  const form = document.querySelector("form[data-typed]");
  if (!form) return;
  const UNTYPED = new Set(["csrf", "op", "edit"]);
  form.querySelectorAll("[data-secret]").forEach((each) => UNTYPED.add(each.name));
  const read = () => [...new FormData(form)].filter(([name]) => !UNTYPED.has(name));
  const keep = (typed) => history.replaceState({...history.state, typed}, "", document.body.dataset.home);

  const put = (typed) => {
    const values = new Map();
    typed.forEach(([name, value]) => values.set(name, [...(values.get(name) || []), value]));
    [...form.elements].forEach((each) => {
      // What stood in the record then comes back with what was typed beside it, or it would undo what others did since.
      if (!each.name || (each.type === "hidden" && !each.name.startsWith("was."))) return;
      if (each.type === "checkbox") each.checked = (values.get(each.name) || []).includes(each.value);
      else if (values.has(each.name)) [each.value] = values.get(each.name);
    });
  };

  const sent = form.dataset.typed === "sent";
  const before = history.state && history.state.typed;
  if (document.body.dataset.home) keep(read());
  else if (before) put(before);
  form.addEventListener("submit", (event) => {
    const edits = event.submitter && event.submitter.name === "edit";
    keep(sent && !edits ? undefined : read());
  });
})();
