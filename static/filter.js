// The filter's desk: a slider beside each number that can be slid, and the page asked
// again when one is let go. Without this script the numbers are typed.
"use strict";

for (const field of document.querySelectorAll("input[data-slide]")) {
	const log = field.dataset.slide === "log";
	const slider = document.createElement("input");
	slider.type = "range";
	slider.step = "any";
	slider.min = log ? Math.log10(field.min) : field.min;
	slider.max = log ? Math.log10(field.max) : field.max;
	slider.setAttribute("aria-label", field.dataset.label);
	const set = () => { slider.value = log ? Math.log10(field.value) : field.value; };
	const choose = () => { document.getElementById(field.dataset.by).checked = true; };
	set();
	slider.addEventListener("input", () => {
		const value = log ? 10 ** slider.value : Number(slider.value);
		field.value = String(Number(value.toPrecision(log ? 2 : 4)));
		slider.setAttribute("aria-valuetext", field.value);
		choose();
	});
	slider.addEventListener("change", () => field.form.requestSubmit(field.form.querySelector("button:not([formmethod])")));
	field.addEventListener("input", () => { set(); choose(); });
	field.previousElementSibling.append(slider);
}
