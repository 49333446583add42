const button = document.querySelector("button");
const entry = document.getElementById("entry");
const said = document.getElementById("said");
if (button && entry && said) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(entry.textContent);
      said.textContent = "Copied.";
    } catch {
      // Without leave to use the clipboard: the text is selected, for the reader's own keys.
      getSelection().selectAllChildren(entry);
      said.textContent = document.execCommand("copy") ? "Copied." : "Selected: copy it with your keyboard.";
    }
  });
}
