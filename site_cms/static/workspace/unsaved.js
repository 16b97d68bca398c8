// What was typed and not sent is not lost in silence. A form says in `data-unsaved` what to say of it;
// one that came back refused (`data-refused`) holds what was typed as its default.
(() => {
  const forms = [...document.querySelectorAll("form[data-unsaved]")];
  const isTyped = (field) => field.matches("textarea, input") && field.value !== field.defaultValue;
  const isUnsaved = (form) => form.hasAttribute("data-refused") || [...form.elements].some(isTyped);
  let isSending = false;

  for (const form of forms) {
    form.addEventListener("submit", (event) => {
      const other = forms.find((one) => one !== form && isUnsaved(one));
      isSending = !other || confirm(`${other.dataset.unsaved} Go on without it?`);
      if (!isSending) event.preventDefault();
    });
  }
  addEventListener("beforeunload", (event) => {
    if (!isSending && forms.some(isUnsaved)) event.preventDefault();
  });
  addEventListener("pageshow", () => { isSending = false; });
})();
