# Asks as a program does that uses the gem akismet, which asks by https alone.
require "akismet"

key, spam, ham = ARGV

def client(key) = Akismet::Client.new(key, "http://shop.example.org", app_name: "shop", app_version: "1.0")

def comment(text, more = {}) = { type: "comment", text: text, author: "Mira", author_email: "mira@example.org" }.merge(more)

good = client(key)
puts good.verify_key
puts client("ffffffffffff").verify_key
good.open do
  puts good.spam?("192.0.2.7", "Firefox", comment(spam))
  puts good.spam?("192.0.2.7", "Firefox", comment(ham))
  puts good.spam?("192.0.2.7", "Firefox", comment(ham, author: "viagra-test-123"))
  puts good.spam?("192.0.2.7", "Firefox", comment(spam, user_role: "administrator"))
end
begin
  client("ffffffffffff").check("192.0.2.7", "Firefox", comment(ham))
rescue Akismet::Error => e
  puts "error: #{e.class}"
end
good.spam("192.0.2.7", "Firefox", comment(ham))
puts good.spam?("192.0.2.7", "Firefox", comment(ham))
good.ham("192.0.2.7", "Firefox", comment(ham))
puts good.spam?("192.0.2.7", "Firefox", comment(ham))
p good.check("192.0.2.7", "Firefox", comment(ham, test: true, test_discard: true))
