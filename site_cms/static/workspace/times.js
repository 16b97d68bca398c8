// Whoever types a date or a time means it: the choice beside the fields follows. Without this script it is chosen by hand.
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-typed] .desk-input")) return;
  event.target.closest("[data-typed]").querySelector("[type=radio]").checked = true;
});
