// Forms that a passkey answers. Without this script, or in a browser without passkeys, they
// stay hidden, and passwords and codes do the same.
"use strict";

(() => {
	const able = window.PublicKeyCredential
		&& PublicKeyCredential.parseCreationOptionsFromJSON
		&& PublicKeyCredential.parseRequestOptionsFromJSON;
	if (!able) {
		return;
	}

	// ask has the server begin, and the browser answer.
	const ask = async (form) => {
		const reply = await fetch(form.dataset.passkey, { method: "POST", body: new URLSearchParams(new FormData(form)) });
		if (!reply.ok) {
			throw new Error(`${reply.status}`);
		}
		const { id, options } = await reply.json();
		const made = "make" in form.dataset
			? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
			: await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
		const prefix = form.dataset.prefix || "";
		form.elements[`${prefix}ceremony`].value = id;
		form.elements[`${prefix}response`].value = JSON.stringify(made.toJSON());
	};

	for (const form of document.querySelectorAll("form[data-passkey]")) {
		form.hidden = false;
		const failed = form.querySelector("[data-failed]");
		form.addEventListener("submit", async (event) => {
			event.preventDefault();
			failed.hidden = true;
			try {
				await ask(form);
			} catch {
				failed.hidden = false;
				return;
			}
			form.submit();
		});
	}
	for (const note of document.querySelectorAll("[data-without-passkeys]")) {
		note.hidden = true;
	}
})();
