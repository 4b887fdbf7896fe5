// The key form works without this; with it the Key ID fills itself in from the file's name, and a file that is far too large is not sent.
document.addEventListener('change', event => {
  const file = event.target.closest?.('[data-key-file]');
  if (!file) return;
  const chosen = file.files[0];
  file.setCustomValidity(chosen && chosen.size > 16 * 1024 ? 'This file is larger than 16 KB. Apple’s .p8 files have less than 1 KB: choose the file as downloaded.' : '');
  file.reportValidity();
  const id = chosen?.name.match(/^AuthKey_([A-Za-z0-9]{10})(?![A-Za-z0-9])/i)?.[1];
  const field = file.form?.querySelector('[data-key-id]');
  if (id && field) field.value = id.toUpperCase();
});
