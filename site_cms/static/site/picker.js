// Shows another day, month or zone without losing what was chosen, where the person was, and what they look at.
"use strict";

(() => {
  const chosenTime = () => document.querySelector("#times input[name=start]:checked");
  const seen = (id) => document.getElementById(id)?.scrollIntoView({ block: "nearest" });
  let kept = NaN;

  document.body.addEventListener("htmx:configRequest", ({ detail }) => {
    detail.path = detail.path.split("#")[0]; // the fragment is for those without script: it would jump
    // In another zone the same instant may lie on another day.
    if (detail.elt.id === "zone-form" && chosenTime()) detail.parameters.start = chosenTime().value;
  });
  document.body.addEventListener("htmx:beforeSwap", () => {
    kept = Date.parse(chosenTime()?.value);
  });
  document.body.addEventListener("htmx:afterSettle", ({ detail }) => {
    const from = detail.requestConfig?.elt;
    for (const slot of document.querySelectorAll("#times input[name=start]")) {
      if (Date.parse(slot.value) === kept && !chosenTime()) slot.checked = true;
    }
    if (document.activeElement === document.body && from !== document.body) {
      document.getElementById(from?.dataset.focus ?? "chosen")?.focus({ preventScroll: true });
    }
    // For a finger or a mouse; by keyboard, what has the focus stays in view.
    const isPointer = detail.requestConfig?.triggeringEvent?.detail > 0;
    if (isPointer && from?.closest(".month__days, .picker__next")) seen("chosen");
  });
  document.body.addEventListener("htmx:responseError", ({ detail }) => window.location.assign(detail.pathInfo.requestPath));
  document.body.addEventListener("htmx:sendError", ({ detail }) => window.location.assign(detail.pathInfo.requestPath));
})();
