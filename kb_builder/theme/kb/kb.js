// The search field of the home page is a label; let it answer to the keyboard too.
document.addEventListener("keydown", (event) => {
  if ((event.key === "Enter" || event.key === " ") && event.target.matches?.(".kb-search")) {
    event.preventDefault();
    event.target.click();
  }
});
