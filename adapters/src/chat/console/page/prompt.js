// The dialog that asks for a reason before a press counts.

const $ = (id) => document.getElementById(id);

/** Asks; null where the person thought better of it. */
export function askReason({ title, label, send, cancel }) {
  $("prompt-title").textContent = title;
  $("reason-label").textContent = label;
  $("prompt-send").textContent = send;
  $("prompt-cancel").textContent = cancel;
  $("reason").value = "";
  const dialog = $("prompt");
  dialog.returnValue = "cancel";
  dialog.showModal();
  $("reason").focus();
  return new Promise((resolve) => {
    const answer = () => (dialog.returnValue === "send" ? $("reason").value.trim() : null);
    dialog.addEventListener("close", () => resolve(answer()), { once: true });
  });
}
