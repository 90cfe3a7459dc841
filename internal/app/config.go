// Package app opens a blog from a Config and runs it: it opens the database and
// the key, loads the content, wires the rooms together, serves, watches the
// folder, and closes everything again.
//
// It is the only room that touches the real world: the clock, the file system,
// the network. Whoever below wants a setting is handed it; nobody below can
// import this package.
//
//   - [Open] gives the whole blog, ready to serve; commands, end-to-end tests and
//     benchmarks all open the same one.
//   - [OpenData] gives only what is kept (comments, accounts), for the commands
//     that work beside a running server.
package app

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"hamlet/internal/comment"
	"hamlet/internal/notify"
	"hamlet/internal/store"
	"hamlet/internal/web"
)

// DefaultTheme is the theme folder that may be missing.
const DefaultTheme = "theme"

// DefaultContent is the content folder that may be missing: the blog then starts
// empty and says how to get one.
const DefaultContent = "content"

// Config is every setting of a blog server. The tags are for the command line.
type Config struct {
	Addr           string   `default:"127.0.0.1:8080" env:"HAMLET_ADDR" placeholder:"HOST:PORT" help:"Address to listen on. Port 0 takes a free one."`
	Content        string   `default:"content" env:"HAMLET_CONTENT" placeholder:"DIR" help:"Folder with the posts."`
	Data           string   `default:"data" env:"HAMLET_DATA" placeholder:"DIR" help:"Folder for the database and the key; created if missing."`
	Database       string   `env:"HAMLET_DATABASE" placeholder:"URL" help:"SQLite path, or postgres://… (default: hamlet.db in the data folder)."`
	BaseURL        string   `name:"base-url" env:"HAMLET_BASE_URL" placeholder:"URL" help:"Address of the blog as readers see it, such as https://blog.example.org (default: the address listened on)."`
	Hold           string   `default:"unsure" env:"HAMLET_HOLD" placeholder:"POLICY" help:"Which comments wait for a moderator: unsure (those the filter is unsure of), first (also those of authors of whom nothing was approved yet, who are known by a proof such as a cookie, not by what is typed), all."`
	SpamCost       string   `name:"spam-cost" default:"1" env:"HAMLET_SPAM_COST" placeholder:"TIMES" help:"How much worse it is to hold an honest comment than usual, from 0.1 to 10: 2 is twice as bad, and less is held; 0.5 is half as bad, and more is."`
	CommentRate    string   `default:"10/m" env:"HAMLET_COMMENT_RATE" placeholder:"RATE" help:"Comments that one client address may send, valid or not, as in 10/m, 2/s or 100/h; 0 for any number."`
	KeepNetwork    string   `name:"keep-network" default:"0" env:"HAMLET_KEEP_NETWORK" placeholder:"DAYS" help:"Days, up to 90, for which it is kept (encrypted) which network a comment came from: the first 24 bits of an IPv4 address, 48 of an IPv6 address; 0 for not at all."`
	CloseAfter     string   `name:"close-after" default:"0" env:"HAMLET_CLOSE_AFTER" placeholder:"DAYS" help:"Days after its date on which a post takes no more comments; 0 for never. A moderator can open single posts again."`
	ProofOfWork    string   `name:"proof-of-work" default:"attack" env:"HAMLET_PROOF_OF_WORK" placeholder:"WHEN" help:"When browsers are asked for a calculation of a second or two before a comment, without which it waits for a moderator: off, attack (while the attack switch is on), always."`
	TrustedProxies []string `env:"HAMLET_TRUSTED_PROXIES" placeholder:"CIDR" help:"Proxies whose X-Forwarded-For is believed, as addresses or networks."`
	Theme          string   `default:"theme" env:"HAMLET_THEME" placeholder:"DIR" help:"Folder whose templates, static files and languages come before the built-in ones, file by file."`
	AccessLog      string   `default:"off" env:"HAMLET_ACCESS_LOG" placeholder:"ON" help:"Which requests are logged: off (all but those for pages that are ready to be sent, which costs nothing), on (every one)."`
	SMTP           string   `env:"HAMLET_SMTP" placeholder:"URL" help:"Mail server, such as smtp://user:password@mail.example.org:587 (STARTTLS) or smtps://… (TLS at once); without it no mail is sent."`
	MailFrom       string   `name:"mail-from" env:"HAMLET_MAIL_FROM" placeholder:"ADDRESS" help:"Sender of the blog's mails, such as blog@example.org or 'The blog <blog@example.org>'; needed with smtp."`
	Webmention     string   `default:"receive" env:"HAMLET_WEBMENTION" placeholder:"WHAT" help:"What to do with webmentions: off, receive (take word of pages elsewhere that link to a post, fetch them and show them to a moderator), both (also tell the pages that posts link to; needs base-url)."`
	NoticeHosts    []string `name:"notice-hosts" env:"HAMLET_NOTICE_HOSTS" placeholder:"HOST" help:"Hosts of webhooks that may have private addresses, such as ntfy.home.arpa."`
	AkismetKey     string   `name:"akismet-key" env:"HAMLET_AKISMET_KEY" placeholder:"KEY" help:"Key of another spam filter that speaks Akismet's protocol and is asked for its opinion, after a comment was stored and judged here; without it none is."`
	AkismetURL     string   `name:"akismet-url" default:"https://rest.akismet.com" env:"HAMLET_AKISMET_URL" placeholder:"URL" help:"Where that filter is; any compatible server."`
	AkismetMode    string   `name:"akismet-mode" default:"signal" env:"HAMLET_AKISMET_MODE" placeholder:"MODE" help:"What its answer does: signal (it shifts the verdict by a weight learned from your decisions), second-opinion (the same, but it is asked only where this blog's filter is unsure), shadow (it is only shown to moderators)."`
	AkismetFields  []string `name:"akismet-fields" env:"HAMLET_AKISMET_FIELDS" placeholder:"FIELD" help:"What it is told besides the name, site, text and post: address, ip, agent, referrer; nothing by default."`
	EmbedOrigins   []string `name:"embed-origins" env:"HAMLET_EMBED_ORIGINS" placeholder:"ORIGIN" help:"Origins of pages elsewhere that may carry the blog's threads, such as https://www.example.org."`
	AkismetPath    string   `name:"akismet-path" env:"HAMLET_AKISMET_PATH" placeholder:"PATH" help:"Path before /1.1 and /1.2, such as /akismet, under which other sites may ask the filter too; without it they ask below / alone."`
	// Dev serves the blog for its author at work: with drafts, and pages that reload
	// themselves. It is no setting but how the command was called.
	Dev bool `kong:"-"`
}

// SettingError is a setting with a value that cannot be.
type SettingError struct {
	Setting string // as on the command line, without dashes: "base-url"
	Value   string // as it was given; Error takes a password out
	Allowed string // what is allowed, in words
}

func (e *SettingError) Error() string {
	value := e.Value
	switch e.Setting {
	case "database":
		value = store.Redact(value)
	case "smtp":
		value = notify.Redact(value)
	case "akismet-key":
		value = "…"
	}
	return fmt.Sprintf("setting %s: %q is not possible: %s", e.Setting, value, e.Allowed)
}

// settings is a Config after checking, in the types the rooms want.
type settings struct {
	addr         string
	content      string
	data         string
	theme        string // may be missing; empty for none
	database     string
	baseURL      string // empty: the address listened on
	policy       comment.Policy
	cost         float64
	rate         web.Rate
	keepNetwork  time.Duration
	closeAfter   time.Duration
	proofOfWork  web.ProofOfWork
	proxies      []netip.Prefix
	everyRequest bool          // is logged
	smtp         notify.Server // zero: no mail is sent
	mailFrom     mail.Address  // who sends it
	webmention   string
	embedders    []string // origins, as browsers write them
	noticeHosts  []string // that may be private
	sitesPath    string   // begins with a slash and does not end in one; or empty
	akismet      asking
	dev          bool
}

// settings is the Config after checking, or a *SettingError for the first wrong setting.
func (c Config) settings() (settings, error) {
	s := settings{addr: c.Addr, content: c.Content, data: c.Data, theme: c.Theme, database: c.Database, dev: c.Dev}
	if s.database == "" {
		s.database = "sqlite:" + filepath.Join(c.Data, "hamlet.db") // whatever the folder is called
	}
	for _, check := range []func(*settings) error{
		c.checkAddr, c.checkContent, c.checkData, c.checkTheme, c.checkDatabase,
		c.checkBaseURL, c.checkHold, c.checkCost, c.checkRate, c.checkKeepNetwork, c.checkCloseAfter, c.checkProofOfWork, c.checkProxies, c.checkAccessLog, c.checkMail,
		c.checkWebmention, c.checkEmbedOrigins, c.checkNoticeHosts, c.checkAkismetPath, c.checkAkismet,
	} {
		if err := check(&s); err != nil {
			return settings{}, err
		}
	}
	return s, nil
}

func (c Config) checkAddr(*settings) error {
	_, port, err := net.SplitHostPort(c.Addr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return &SettingError{"addr", c.Addr, "it must be HOST:PORT with a port from 0 to 65535, such as 127.0.0.1:8080 or :80"}
	}
	return nil
}

func (c Config) checkContent(*settings) error {
	info, err := os.Stat(c.Content)
	if err == nil && info.IsDir() {
		_, err = os.ReadDir(c.Content)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist) && c.Content == DefaultContent:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return &SettingError{"content", c.Content, "there is no such folder; hamlet init DIR makes one"}
	case err != nil:
		return &SettingError{"content", c.Content, "it cannot be read: " + err.Error()}
	case !info.IsDir():
		return &SettingError{"content", c.Content, "it must be a folder, and this is a file"}
	}
	return nil
}

func (c Config) checkData(*settings) error {
	if c.Data == "" {
		return &SettingError{"data", c.Data, "it must name a folder; it is created if it is missing"}
	}
	if info, err := os.Stat(c.Data); err == nil && !info.IsDir() {
		return &SettingError{"data", c.Data, "it must be a folder, and this is a file"}
	}
	return nil
}

// themeFolders are what a theme is made of.
var themeFolders = []string{"templates", "static", "locales"}

func (c Config) checkTheme(*settings) error {
	if c.Theme == "" {
		return nil
	}
	entries, err := os.ReadDir(c.Theme)
	info, statErr := os.Stat(c.Theme)
	switch {
	case errors.Is(err, fs.ErrNotExist) && c.Theme == DefaultTheme:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return &SettingError{"theme", c.Theme, "there is no such folder"}
	case statErr == nil && !info.IsDir():
		return &SettingError{"theme", c.Theme, "it must be a folder, and this is a file"}
	case err != nil:
		return &SettingError{"theme", c.Theme, "it cannot be read: " + err.Error()}
	}
	if !c.Dev && !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return slices.Contains(themeFolders, e.Name()) }) {
		return &SettingError{"theme", c.Theme, "none of the folders templates, static and locales is in it"}
	}
	return nil
}

func (c Config) checkDatabase(s *settings) error {
	if err := store.CheckURL(s.database, s.data); err != nil {
		return &SettingError{"database", s.database, err.Error()}
	}
	return nil
}

func (c Config) checkBaseURL(s *settings) error {
	if c.BaseURL == "" {
		return nil
	}
	u, err := url.Parse(c.BaseURL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return &SettingError{"base-url", c.BaseURL, "it must be http:// or https:// and a host, without a path, such as https://blog.example.org"}
	}
	s.baseURL = u.Scheme + "://" + u.Host
	return nil
}

func (c Config) checkHold(s *settings) error {
	s.policy = comment.Policy(c.Hold)
	if s.policy == "" {
		s.policy = comment.HoldUnsureOnly
	}
	if !slices.Contains(comment.Policies, s.policy) {
		return &SettingError{"hold", c.Hold, "it must be unsure, first or all"}
	}
	return nil
}

// The costs an owner may set: beyond them nearly nothing is held, or nearly everything.
const (
	leastCost = 0.1
	mostCost  = 10
)

func (c Config) checkCost(s *settings) (err error) {
	if c.SpamCost == "" {
		s.cost = 1
		return nil
	}
	if s.cost, err = strconv.ParseFloat(c.SpamCost, 64); err != nil || !(s.cost >= leastCost && s.cost <= mostCost) {
		return &SettingError{"spam-cost", c.SpamCost, "it must be a number from 0.1 (hold more) to 10 (hold less), such as 2; 1 is usual"}
	}
	return nil
}

func (c Config) checkRate(s *settings) error {
	r, err := web.ParseRate(c.CommentRate)
	if err != nil {
		return &SettingError{"comment-rate", c.CommentRate, err.Error()}
	}
	s.rate = r
	return nil
}

// mostNetworkDays is for how long networks may be kept.
const mostNetworkDays = 90

func (c Config) checkKeepNetwork(s *settings) error {
	if c.KeepNetwork == "" {
		return nil
	}
	days, err := strconv.Atoi(c.KeepNetwork)
	if err != nil || days < 0 || days > mostNetworkDays {
		return &SettingError{"keep-network", c.KeepNetwork, "it must be a number of days from 0 (not kept) to 90"}
	}
	s.keepNetwork = time.Duration(days) * 24 * time.Hour
	return nil
}

// mostCloseDays is a hundred years.
const mostCloseDays = 36_500

func (c Config) checkCloseAfter(s *settings) error {
	if c.CloseAfter == "" {
		return nil
	}
	days, err := strconv.Atoi(c.CloseAfter)
	if err != nil || days < 0 || days > mostCloseDays {
		return &SettingError{"close-after", c.CloseAfter, "it must be a number of days, or 0 for never"}
	}
	s.closeAfter = time.Duration(days) * 24 * time.Hour
	return nil
}

func (c Config) checkProofOfWork(s *settings) error {
	s.proofOfWork = web.ProofOfWork(c.ProofOfWork)
	if s.proofOfWork == "" {
		s.proofOfWork = web.WorkUnderAttack
	}
	if !slices.Contains(web.ProofsOfWork, s.proofOfWork) {
		return &SettingError{"proof-of-work", c.ProofOfWork, "it must be off, attack or always"}
	}
	return nil
}

func (c Config) checkAccessLog(s *settings) error {
	switch c.AccessLog {
	case "", "off":
	case "on":
		s.everyRequest = true
	default:
		return &SettingError{"access-log", c.AccessLog, "it must be on or off"}
	}
	return nil
}

func (c Config) checkMail(s *settings) error {
	if c.SMTP == "" {
		return c.checkSender(s)
	}
	var err error
	if s.smtp, err = notify.ParseServer(c.SMTP); err != nil {
		return &SettingError{"smtp", c.SMTP, err.Error()}
	}
	if c.MailFrom == "" {
		return &SettingError{"mail-from", "", "with smtp there must be an address that the mails come from, such as blog@example.org"}
	}
	return c.checkSender(s)
}

// sendsMail reports whether there is a server to send mails by.
func (s settings) sendsMail() bool { return s.smtp.Host != "" }

func (c Config) checkSender(s *settings) error {
	if c.MailFrom == "" {
		return nil
	}
	from, err := mail.ParseAddress(c.MailFrom)
	if err != nil {
		return &SettingError{"mail-from", c.MailFrom, "it must be an e-mail address, such as blog@example.org or The blog <blog@example.org>"}
	}
	s.mailFrom = *from
	return nil
}

// What an owner may want of webmentions.
const (
	webmentionOff     = "off"
	webmentionReceive = "receive"
	webmentionBoth    = "both"
)

func (c Config) checkWebmention(s *settings) error {
	switch s.webmention = c.Webmention; {
	case c.Webmention == "":
		s.webmention = webmentionReceive
	case c.Webmention == webmentionBoth && c.BaseURL == "":
		return &SettingError{"webmention", c.Webmention, "others fetch the posts that link to them, so it needs base-url, the address of the blog as they see it"}
	case c.Webmention != webmentionOff && c.Webmention != webmentionReceive && c.Webmention != webmentionBoth:
		return &SettingError{"webmention", c.Webmention, "it must be off, receive or both"}
	}
	return nil
}

func (c Config) checkProxies(s *settings) error {
	for _, raw := range c.TrustedProxies {
		p, err := netip.ParsePrefix(raw)
		if addr, aerr := netip.ParseAddr(raw); err != nil && aerr == nil {
			p, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			return &SettingError{"trusted-proxies", raw, "it must be addresses or networks, such as 10.0.0.1 or 10.0.0.0/8"}
		}
		s.proxies = append(s.proxies, p.Masked())
	}
	return nil
}

// CheckData returns a *SettingError unless the data folder holds a blog's data
// already: a command that only looks should not create an empty blog because of a
// misspelt folder.
func (c Config) CheckData() error {
	if _, err := os.Stat(filepath.Join(c.Data, keyFile)); err != nil {
		return &SettingError{"data", c.Data, "there is no blog's data in it; name the folder the server uses"}
	}
	return nil
}
