// While a form is under way the page says so, and a second click sends nothing: moving a clock by years takes minutes.
"use strict";
(() => {
  const told = document.getElementById("working");
  let sent = false;
  const rest = () => {
    sent = false;
    told.textContent = "";
  };
  document.addEventListener("submit", (event) => {
    // What another script sends by itself is told by that script.
    if (event.defaultPrevented || event.target.method !== "post") return;
    if (sent) {
      event.preventDefault();
      return;
    }
    sent = true;
    told.textContent = told.dataset.words;
    told.scrollIntoView({block: "nearest"});
  });
  window.addEventListener("pageshow", rest);
})();
