package app

import (
	"context"
	"errors"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"hamlet/internal/account"
	"hamlet/internal/away"
	"hamlet/internal/comment"
	"hamlet/internal/notify"
	"hamlet/internal/opinion"
	"hamlet/internal/privacy"
)

// asking is what another filter is asked, as the owner has it.
type asking struct {
	comment.Asking
	key, url string
	mode     opinion.Mode
	told     []string // the fields, in the order of askedFields
}

// askedFields are what another filter may be told beside what readers see.
var askedFields = []string{privacy.Address, privacy.IP, privacy.Agent, privacy.Referrer}

// oneKey is how keys look: those of Akismet are twelve hexadecimal digits.
var oneKey = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)

// defaultAkismet is Akismet's own server.
const defaultAkismet = "https://rest.akismet.com"

func (c Config) checkAkismet(s *settings) error {
	a := asking{key: c.AkismetKey, mode: opinion.Mode(c.AkismetMode), url: c.AkismetURL}
	if c.AkismetKey != "" && !oneKey.MatchString(c.AkismetKey) {
		return &SettingError{"akismet-key", c.AkismetKey, "it must be a key as the server gave it: letters and digits, 64 at most"}
	}
	if a.mode == "" {
		a.mode = opinion.ModeSignal
	}
	if !slices.Contains(opinion.Modes, a.mode) {
		return &SettingError{"akismet-mode", c.AkismetMode, "it must be signal, second-opinion or shadow"}
	}
	if a.url == "" {
		a.url = defaultAkismet
	}
	u, err := url.Parse(a.url)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && (u.Scheme != "http" || !onThisMachine(u.Hostname())) {
		return &SettingError{"akismet-url", c.AkismetURL, "it must be https:// and a host, or http:// of this machine, such as https://rest.akismet.com"}
	}
	for _, raw := range c.AkismetFields {
		field := strings.ToLower(strings.TrimSpace(raw))
		if !slices.Contains(askedFields, field) {
			return &SettingError{"akismet-fields", raw, "it must be some of address, ip, agent and referrer, with commas between"}
		}
		a.told = append(a.told, field)
	}
	if a.key != "" && !c.Dev { // the author at work asks nobody
		a.Asking = comment.Asking{
			On: true, Server: u.Host, UnsureOnly: a.mode == opinion.ModeSecond, Address: slices.Contains(a.told, privacy.Address), IP: slices.Contains(a.told, privacy.IP),
			Agent: slices.Contains(a.told, privacy.Agent), Referrer: slices.Contains(a.told, privacy.Referrer),
		}
		s.akismet = a
	}
	return nil
}

// onThisMachine reports whether a host is this machine, to which nobody listens on the way.
func onThisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// newOpinion wires the other filter; nil if none is to be asked.
func (a *App) newOpinion(s settings) *opinion.Service {
	if !s.akismet.On {
		return nil
	}
	client := opinion.NewClient(opinion.ClientOptions{
		URL: s.akismet.url, Key: s.akismet.key, Agent: "hamlet/1 | hamlet-akismet/1", Asking: s.akismet.Asking,
		Blog: func() (base, lang string) {
			now := a.library.Site()
			return now.BaseURL, now.Meta.Language
		},
		Permalink: func(slug string) string {
			now := a.library.Site()
			if p, ok := now.Post(slug); ok {
				return now.BaseURL + p.URL
			}
			return ""
		},
		Patience: a.world.Patience,
	})
	return opinion.New(opinion.Options{
		Client: client, Store: a.db.Opinions(s.akismet.Server), Hearer: a.Comments, Mode: s.akismet.mode, Host: s.akismet.Server,
		Warn: func(ctx context.Context, problem string) { a.warnOwners(ctx, s.akismet.Server, problem) }, Now: a.world.Now, Log: a.world.Log,
	})
}

// warnOwners mails the owners who get notices by mail what another filter has to say to them.
// What does not go out is in the log, and on their page.
func (a *App) warnOwners(ctx context.Context, host, problem string) {
	users, err := a.Accounts.Users(ctx, account.Shell)
	for _, u := range users {
		if a.courier != nil && u.Role == account.Owner && u.DisabledAt.IsZero() {
			err = errors.Join(err, a.warn(ctx, u, host, problem))
		}
	}
	if err != nil {
		a.world.Log.WarnContext(ctx, "an owner was not told what another filter says", "error", err)
	}
}

func (a *App) warn(ctx context.Context, owner account.User, host, problem string) error {
	at, err := a.away.Mine(ctx, owner)
	if err != nil || at.Private.Address == "" || at.Pace == away.Never {
		return err
	}
	texts, err := languages()
	if err != nil {
		return err
	}
	say := texts.Printer(a.library.Site().Meta.Language)
	return a.courier.Brief(ctx, notify.Brief{
		Number: a.world.Now().UnixMilli(), To: at.Private.Address, Subject: say.T("opinion.mail_subject", "Host", host),
		Parts: []notify.Part{
			{Text: say.T("opinion.mail", "Host", host)},
			{Quote: problem},
			{URL: a.library.baseURL + opinionPage, Label: say.T("opinion.title")},
		},
		Foot: []notify.Part{{URL: a.library.baseURL + "/admin/notices", Label: say.T("away.change")}},
	})
}

// opinionPage is the owner's page about another filter.
const opinionPage = "/admin/filter/opinion"

// ask asks the other filter, and tells it what people decided, until the context ends.
func (a *App) ask(ctx context.Context) error {
	if a.opinion == nil {
		return nil
	}
	a.opinion.Verify(ctx)
	return a.work(ctx, nil, a.AskOpinion)
}

// AskOpinion asks the other filter about the comments that are due, and tells it the
// decisions that are.
func (a *App) AskOpinion(ctx context.Context) error {
	if err := untilNone(ctx, a.opinion.Ask); err != nil {
		return err
	}
	return untilNone(ctx, a.opinion.Tell)
}
