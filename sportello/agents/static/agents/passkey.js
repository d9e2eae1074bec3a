// Passkeys. A form with data-passkey="ask | prove | add" holds a hidden field "credential" and a button data-passkey-go.
// "ask" fetches what to sign from its own address; the others find it in the JSON beside them.

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const withBytes = (keys) => (keys ?? []).map((key) => ({ ...key, id: toBytes(key.id) }));

async function optionsOf(form) {
  if (form.dataset.passkey !== "ask") return JSON.parse(form.querySelector("script").textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

function asked({ publicKey }) {
  const challenge = toBytes(publicKey.challenge);
  return navigator.credentials.get({
    publicKey: { ...publicKey, challenge, allowCredentials: withBytes(publicKey.allowCredentials) },
  });
}

function made({ publicKey }, alone) {
  const selection = { ...publicKey.authenticatorSelection, residentKey: alone ? "required" : "discouraged" };
  selection.requireResidentKey = alone;
  if (alone) selection.userVerification = "required";
  return navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: toBytes(publicKey.challenge),
      user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
      excludeCredentials: withBytes(publicKey.excludeCredentials),
      authenticatorSelection: selection,
    },
  });
}

function asJSON(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  }
  response.transports = credential.response.getTransports?.();
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function go(form) {
  const failed = form.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  try {
    const options = await optionsOf(form);
    const credential = options.creation_options
      ? await made(options.creation_options, form.elements.passwordless?.checked ?? true)
      : await asked(options.request_options);
    form.elements.credential.value = asJSON(credential);
    form.submit();
  } catch {
    failed.hidden = false;
  }
}

for (const form of window.PublicKeyCredential ? document.querySelectorAll("[data-passkey]") : []) {
  const button = form.querySelector("[data-passkey-go]");
  button.hidden = false;
  button.addEventListener("click", () => go(form));
}
