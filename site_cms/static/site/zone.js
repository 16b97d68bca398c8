// Shows times in the visitor's own zone when the address names none. Without script the practice's zone is shown.
"use strict";

(() => {
  const times = document.getElementById("times");
  const url = new URL(window.location.href);
  if (!times || url.searchParams.has("tz")) return;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || zone === times.dataset.zone) return;
  url.searchParams.set("tz", zone);
  if (!window.htmx) {
    window.location.replace(url);
    return;
  }
  window.history.replaceState(window.history.state, "", url);
  // Someone may have chosen a time already: the same instant stays chosen when the days are said anew.
  let chosen = NaN;
  document.body.addEventListener("htmx:beforeSwap", () => {
    chosen = Date.parse(document.querySelector("#times input[name=start]:checked")?.value);
  }, { once: true });
  document.body.addEventListener("htmx:afterSwap", () => {
    for (const slot of document.querySelectorAll("#times input[name=start]")) {
      if (Date.parse(slot.value) === chosen) slot.checked = true;
    }
  }, { once: true });
  window.htmx.ajax("GET", url.pathname + url.search, {
    target: "#times", select: "#times", selectOOB: "#times-said", swap: "outerHTML",
  });
})();
