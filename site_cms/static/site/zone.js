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
  window.htmx.ajax("GET", url.pathname + url.search, {
    target: "#times", select: "#times", selectOOB: "#times-said:innerHTML", swap: "outerHTML",
  });
})();
