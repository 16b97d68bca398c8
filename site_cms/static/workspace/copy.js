// Copies what a field holds. The button names it in `data-copy`, and is only there where copying works.
(() => {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.copied;
      button.setAttribute("aria-live", "polite");
    });
  }
})();
