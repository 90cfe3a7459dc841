// Asks as a program does that uses the npm package akismet-api.
"use strict";
const dns = require("node:dns");
const { AkismetClient } = require("akismet-api");

// The names of the service lead to the test.
dns.lookup = (name, options, done) => {
  if (typeof options === "function") done = options;
  else if (options.all) return done(null, [{ address: "127.0.0.1", family: 4 }]);
  done(null, "127.0.0.1", 4);
};

const [key, port, spam, ham] = process.argv.slice(2);
const client = (key) =>
  new AkismetClient({ key, blog: "http://shop.example.org", host: `rest.akismet.com:${port}`, protocol: "http" });
const comment = (content) => ({ ip: "192.0.2.7", useragent: "Firefox", name: "Mira", email: "mira@example.org", content });

(async () => {
  const good = client(key);
  const bad = client("ffffffffffff");
  const told = (error) => `error: ${error.message}`;
  console.log(await good.verifyKey());
  console.log(await bad.verifyKey());
  console.log(await good.checkSpam(comment(spam)));
  console.log(await good.checkSpam(comment(ham)));
  console.log(await good.checkSpam({ ...comment(ham), name: "viagra-test-123" }));
  console.log(await good.checkSpam({ ...comment(spam), role: "administrator" }));
  console.log(await bad.checkSpam(comment(ham)).catch(told));
  await good.submitSpam(comment(ham));
  console.log(await good.checkSpam(comment(ham)));
  await good.submitHam(comment(ham));
  console.log(await good.checkSpam(comment(ham)));
})();
