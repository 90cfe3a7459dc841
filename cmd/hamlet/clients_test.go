package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Texts whose verdicts are sure.
const (
	plainSpam = "Buy cheap viagra online, best casino bonus, payday loans: http://cheap-pills.example/buy " +
		"http://casino.example/win http://loans.example/now click here for discount cialis"
	plainHam = "Grüße aus Köln! I baked the bread on Sunday with rye instead of wheat, and the crust came out a little darker."
)

// withKeys starts the program with a key for each of some sites.
func withKeys(t *testing.T, names ...string) (server *url.URL, keys []string) {
	t.Helper()
	dir, env := blog(t), cleanEnv(t)
	for _, name := range names {
		cmd := exec.CommandContext(t.Context(), "hamlet", "akismet", "key", "add", name)
		cmd.Dir, cmd.Env = dir, env
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("make a key: %v", err)
		}
		keys = append(keys, strings.TrimSpace(string(out)))
	}
	s, err := startServer(context.WithoutCancel(t.Context()), dir, env) // it ends in order, after the test
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.stop(os.Interrupt); err != nil {
			t.Errorf("%s\nend the server: %v", s.log, err)
		}
	})
	at, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return at, keys
}

// TestClients lets genuine clients ask the program: those of npm, Perl and Ruby, as they were
// published. They want rest.akismet.com and KEY.rest.akismet.com; a proxy, or in npm's case
// the names alone, lead them here.
func TestClients(t *testing.T) {
	t.Parallel()
	modules := os.Getenv("HAMLET_TEST_CLIENTS")
	if modules == "" {
		t.Skip("CLIENTS FOR AKISMET NOT TESTED: HAMLET_TEST_CLIENTS names no folder; run the tests with make test")
	}
	at, keys := withKeys(t, "npm", "Perl", "Ruby")
	front, authority := secureFront(t, at)
	for _, tt := range []struct {
		name string
		argv []string
		env  []string
		want string
	}{
		{
			"npm",
			[]string{"node", "check.js", keys[0], at.Port(), plainSpam, plainHam},
			[]string{"NODE_PATH=" + filepath.Join(modules, "node_modules")},
			"true false true false true false error:_Invalid_API_key true false",
		},
		{
			"Perl",
			[]string{"perl", "check.pl", keys[1], plainSpam, plainHam},
			[]string{"PERL_LWP_ENV_PROXY=1", "http_proxy=" + at.String()},
			"true false true false true true false",
		},
		{
			"Ruby",
			[]string{"ruby", "check.rb", keys[2], plainSpam, plainHam},
			[]string{"http_proxy=" + front, "SSL_CERT_FILE=" + authority, "LANG=C.UTF-8"},
			"true false true false true false error:_Akismet::Error true false [true,_true]",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), tt.argv[0], tt.argv[1:]...)
			cmd.Dir, cmd.Env = filepath.Join("testdata", "clients"), slices.Concat(tt.env, []string{"PATH=" + os.Getenv("PATH")})
			var wrong bytes.Buffer
			cmd.Stderr = &wrong
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%v\n%s\n%s", err, out, &wrong)
			}
			lines := strings.Split(strings.TrimSpace(string(out)), "\n")
			for i := range lines {
				lines[i] = strings.ReplaceAll(lines[i], " ", "_")
			}
			if got := strings.Join(lines, " "); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// secureFront is a proxy at which every host that is asked for by https is the program, and
// the file with the authority that vouches for rest.akismet.com there.
func secureFront(t *testing.T, to *url.URL) (address, authority string) {
	t.Helper()
	certificate, file := vouched(t)
	back := httptest.NewUnstartedServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = to.Scheme, to.Host, r.In.Host
		},
	})
	back.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	back.StartTLS()
	t.Cleanup(back.Close)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			http.Error(w, "only https", http.StatusMethodNotAllowed)
			return
		}
		there, err := (&net.Dialer{}).DialContext(r.Context(), "tcp", back.Listener.Addr().String())
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.WriteHeader(http.StatusOK)
		here, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			_ = there.Close()
			return
		}
		go pass(there, buffered)
		pass(here, there)
		_ = there.Close()
	}))
	t.Cleanup(front.Close)
	return front.URL, file
}

// pass copies what comes to its end.
func pass(to io.WriteCloser, from io.Reader) {
	_, _ = io.Copy(to, from)
	_ = to.Close()
}

// vouched makes a certificate for the names of the service, and a file with its authority,
// which is itself.
func vouched(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	plan := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, DNSNames: []string{"rest.akismet.com", "*.rest.akismet.com"},
	}
	der, err := x509.CreateCertificate(rand.Reader, plan, plan, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "authority.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

// TestWireForms sends the program what clients in Go send, byte by byte, each request on the
// connection of the one before.
func TestWireForms(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/wire/*.txt")
	if err != nil || len(files) < 2 {
		t.Fatalf("got %v, %v, want two files at least", files, err)
	}
	at, keys := withKeys(t, files...)
	for i, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", at.Host)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			answers := bufio.NewReader(conn)
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, rest, _ := strings.Cut(strings.ReplaceAll(string(text), "{{KEY}}", keys[i]), "\n")
			for _, e := range exchanges(rest) {
				if _, err := io.WriteString(conn, e.request); err != nil {
					t.Fatal(err)
				}
				r, err := http.ReadResponse(answers, nil)
				if err != nil {
					t.Fatal(err)
				}
				body, err := io.ReadAll(r.Body)
				_ = r.Body.Close()
				if err != nil || r.StatusCode != http.StatusOK || string(body) != e.want || r.ContentLength != int64(len(e.want)) || r.Uncompressed {
					line, _, _ := strings.Cut(e.request, "\r\n")
					t.Errorf("%s: got %s %q, %v, want 200 %q", line, r.Status, body, err, e.want)
				}
			}
		})
	}
}

// exchange is a request and the body of its answer.
type exchange struct{ request, want string }

// exchanges reads what is in a file: a head, an empty line, a body or none, and the answer
// after a sign of its own.
func exchanges(text string) []exchange {
	var out []exchange
	var head, body []string
	inBody := false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		want, answer := strings.CutPrefix(line, "> ")
		switch {
		case answer:
			sent := strings.Join(body, "\n")
			if sent != "" {
				head = append(head, "Content-Length: "+strconv.Itoa(len(sent)))
			}
			out = append(out, exchange{strings.Join(head, "\r\n") + "\r\n\r\n" + sent, want})
			head, body, inBody = nil, nil, false
		case inBody:
			body = append(body, line)
		case line != "":
			head = append(head, line)
		default:
			inBody = len(head) > 0
		}
	}
	return out
}
