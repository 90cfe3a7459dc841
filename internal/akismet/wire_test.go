package akismet_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"hamlet/internal/apptest"
)

// wire sends bytes to an address and returns those that come back.
func wire(tb testing.TB, addr, request string) string {
	tb.Helper()
	conn, err := (&net.Dialer{}).DialContext(tb.Context(), "tcp", addr)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, request); err != nil {
		tb.Fatal(err)
	}
	got, err := io.ReadAll(conn)
	if err != nil {
		tb.Fatal(err)
	}
	return string(got)
}

func length(s string) string { return strconv.Itoa(len(s)) }

// request is a check as clients ask for it.
func request(tb testing.TB, v url.Values) *http.Request {
	tb.Helper()
	r := httptest.NewRequestWithContext(tb.Context(), http.MethodPost, apptest.BaseURL+"/1.1/comment-check", strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}
