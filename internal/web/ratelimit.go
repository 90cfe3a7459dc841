package web

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/throttled/throttled/v2"
	"github.com/throttled/throttled/v2/store/memstore"

	"hamlet/internal/account"
	"hamlet/internal/locale"
)

// Rate is a number of events in a time, as in "10/m": so many at once, after
// that as many as the rate yields. The zero Rate sets no limit.
type Rate struct {
	Events int
	Per    time.Duration
}

// maxEvents keeps the time between two events above a microsecond.
const maxEvents = 1_000_000

// units are the letters a rate may end in.
var units = map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}

// ParseRate reads a rate: "N/s", "N/m", "N/h" or "N/d", and "0" for no limit.
func ParseRate(s string) (Rate, error) {
	if s == "0" {
		return Rate{}, nil
	}
	number, unit, _ := strings.Cut(s, "/")
	n, err := strconv.Atoi(number)
	per, ok := units[unit]
	if err != nil || !ok || n < 1 || n > maxEvents {
		return Rate{}, fmt.Errorf(
			"rate %q: want a number from 1 to %d and a time (s, m, h or d), as in \"10/m\", or \"0\" for no limit", s, maxEvents)
	}
	return Rate{Events: n, Per: per}, nil
}

// String is the rate as ParseRate reads it.
func (r Rate) String() string {
	for letter, per := range units {
		if r.Events > 0 && r.Per == per {
			return strconv.Itoa(r.Events) + "/" + letter
		}
	}
	if r.Events > 0 {
		return fmt.Sprintf("%d/%s", r.Events, r.Per)
	}
	return "0"
}

// maxKeys is how many clients a limiter remembers; the one it has not heard of
// for longest is forgotten first.
const maxKeys = 1 << 16

// limiter lets events through at a rate per key. A nil limiter lets all through.
type limiter struct {
	gcra *throttled.GCRARateLimiterCtx
	gap  time.Duration // between two events at the rate
}

func newLimiter(r Rate, now func() time.Time) (*limiter, error) {
	if r.Events == 0 {
		return nil, nil //nolint:nilnil // nil is the limiter without a limit
	}
	store, err := memstore.New(maxKeys)
	if err != nil {
		return nil, fmt.Errorf("rate limit %s: %w", r, err)
	}
	store.SetTimeNow(now)
	quota := throttled.RateQuota{MaxRate: throttled.PerDuration(r.Events, r.Per), MaxBurst: r.Events - 1}
	gcra, err := throttled.NewGCRARateLimiterCtx(throttled.WrapStoreWithContext(store), quota)
	if err != nil {
		return nil, fmt.Errorf("rate limit %s: %w", r, err)
	}
	return &limiter{gcra: gcra, gap: r.Per / time.Duration(r.Events)}, nil
}

// allow counts an event, or returns a tooManyError.
func (l *limiter) allow(ctx context.Context, key string) error {
	if l == nil {
		return nil
	}
	limited, result, err := l.gcra.RateLimitCtx(ctx, key, 1)
	switch {
	case err != nil:
		// So many requests of one client at once that none could be counted.
		return &tooManyError{after: l.gap}
	case limited:
		return &tooManyError{after: result.RetryAfter}
	}
	return nil
}

// waitInWords is a wait as one says it.
func waitInWords(p *locale.Printer, seconds int) string {
	switch {
	case seconds < 120:
		return p.T("wait.seconds", seconds)
	case seconds < 2*3600:
		return p.T("wait.minutes", (seconds+59)/60)
	}
	return p.T("wait.hours", (seconds+3599)/3600)
}

// previewsPerClient is the rate at which comments may be looked at before they are
// sent: more often than anybody stops while typing.
var previewsPerClient = Rate{Events: 240, Per: time.Minute}

// The rates at which passwords and codes may be tried: from one address, for one name from
// all addresses together, and from a browser that was logged in with the name before.
//
// The second is what strangers at many addresses share. They can use it up, and then
// nobody logs in by that name from a new browser; but browsers that its owner logged in
// with before are counted by themselves, passkeys are not counted by name, and the shell
// sets passwords whatever happens here.
var (
	loginsPerClient = Rate{Events: 10, Per: 15 * time.Minute}
	loginsPerName   = Rate{Events: 300, Per: time.Hour}
	loginsPerDevice = Rate{Events: 20, Per: 15 * time.Minute}
	codesPerName    = Rate{Events: 60, Per: time.Hour}
	proofs          = Rate{Events: 10, Per: 15 * time.Minute}
	passkeysAsked   = Rate{Events: 60, Per: 15 * time.Minute}
)

// loginLimits counts attempts to prove who one is.
type loginLimits struct {
	client, name, device *limiter // of passwords
	codes                *limiter // of second steps, by name or device
	proofs               *limiter // of those who are logged in, by session
	passkeys             *limiter // and invitations, by client
}

func newLoginLimits(now func() time.Time) (l loginLimits, err error) {
	for _, limit := range []struct {
		to   **limiter
		rate Rate
	}{
		{&l.client, loginsPerClient},
		{&l.name, loginsPerName},
		{&l.device, loginsPerDevice},
		{&l.codes, codesPerName},
		{&l.proofs, proofs},
		{&l.passkeys, passkeysAsked},
	} {
		if *limit.to, err = newLimiter(limit.rate, now); err != nil {
			return l, err
		}
	}
	return l, nil
}

// allow counts an attempt, or returns a tooManyError. It is to be asked before
// the password is looked at: hashing is what an attacker would make us do. device is
// what tells a browser that was logged in with the name before; empty for any other.
func (l loginLimits) allow(ctx context.Context, ip, name, device string) error {
	if device != "" {
		return l.device.allow(ctx, device)
	}
	if err := l.client.allow(ctx, clientKey(ip)); err != nil {
		return err
	}
	return l.name.allow(ctx, nameKey(name))
}

// allowCode counts a second step.
func (l loginLimits) allowCode(ctx context.Context, name, device string) error {
	if device != "" {
		return l.device.allow(ctx, device)
	}
	return l.codes.allow(ctx, nameKey(name))
}

// nameKey is what a name is counted by: a digest, for what was typed as one may be as long
// as a form.
func nameKey(name string) string {
	digest := sha256.Sum256([]byte(account.Fold(name)))
	return string(digest[:])
}
