// Spans are added and taken away where they stand. Without this script each day has an empty one to fill, and a box to
// tick beside those that are to go: the form understands both.
(() => {
  const template = (day) => day.querySelector("template");
  const total = (day) => day.querySelector("[name$=TOTAL_FORMS]");

  const isUnsaved = (inside) => inside.closest("form").setAttribute("data-refused", "");

  const add = (day, button) => {
    const index = total(day).value;
    const fresh = template(day).content.cloneNode(true);
    for (const element of fresh.querySelectorAll("*")) {
      for (const name of ["id", "for", "name"]) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replace("__prefix__", index));
      }
    }
    total(day).value = Number(index) + 1;
    const span = fresh.querySelector("[data-span]");
    day.insertBefore(span, button);
    dress(span);
    span.querySelector("input").focus();
    isUnsaved(day);
  };

  const dress = (span) => {
    const box = span.querySelector("[name$=DELETE]");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "desk-button desk-button--small";
    button.textContent = "Remove";
    button.addEventListener("click", () => {
      const day = span.closest("[data-spans]");
      span.remove();
      day.querySelector("[data-add]").focus();
      isUnsaved(day);
    });
    box.parentElement.replaceWith(button);
    const words = span.querySelector("[data-limit]");
    words?.closest("details").addEventListener("change", () => {
      const ticked = [...span.querySelectorAll("[type=checkbox]:checked")].map((one) => one.parentElement.textContent.trim());
      words.textContent = ticked.length ? `Only ${ticked.join(", ")}` : words.dataset.limit;
      isUnsaved(span);
    });
  };

  for (const day of document.querySelectorAll("[data-spans]")) {
    day.querySelectorAll(":scope > [data-spare]").forEach((spare) => spare.remove());
    day.querySelectorAll(":scope > [data-span]").forEach(dress);
    const button = day.querySelector("[data-add]");
    button.hidden = false;
    button.addEventListener("click", () => add(day, button));
  }
})();
