package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// bareCommand makes this program the bare handler that hamlet is measured
// beside: bench bare ADDR FILE.
const bareCommand = "bare"

// serveBare answers every request with a file's bytes out of memory.
func serveBare(ctx context.Context, addr, file string) error {
	body, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	length := strconv.Itoa(len(body))
	srv := &http.Server{
		Addr: addr, ReadHeaderTimeout: 5 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx },
		Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			h := w.Header()
			h.Set("Content-Type", "text/html; charset=utf-8")
			h.Set("Content-Encoding", "br")
			h.Set("Content-Length", length)
			_, _ = w.Write(body) // a client that went away is nobody's fault
		}),
	}
	go func() {
		<-ctx.Done()
		_ = srv.Close()
	}()
	return srv.ListenAndServe()
}

// startPeers starts what serves the same bytes: the bare handler, and nginx if it
// is installed.
func (b *bench) startPeers(ctx context.Context, page []byte) ([]*server, error) {
	file := filepath.Join(b.work, "page")
	if err := os.WriteFile(file, page, 0o644); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	addr, err := freeAddr(ctx)
	if err != nil {
		return nil, err
	}
	p, err := start(ctx, b.work, self, bareCommand, addr, file)
	if err != nil {
		return nil, err
	}
	peers := []*server{{name: "bare net/http", process: p, addr: addr, path: "/"}}
	nginx, err := b.startNginx(ctx)
	if nginx != nil {
		peers = append(peers, nginx)
	}
	if err != nil {
		return peers, err
	}
	for _, s := range peers {
		ok := func(status int, _ string) bool { return status == http.StatusOK }
		if _, err := await(ctx, "http://"+s.addr+s.path, ok); err != nil {
			return peers, err
		}
	}
	return peers, nil
}

// nginxConfig serves a folder from one process, as a small server would.
const nginxConfig = `daemon off; error_log stderr crit; pid %[1]s/nginx.pid;
events { worker_connections 256; }
http {
  access_log off; sendfile on; keepalive_requests 1000000; default_type text/html;
  client_body_temp_path %[1]s; proxy_temp_path %[1]s; fastcgi_temp_path %[1]s; uwsgi_temp_path %[1]s; scgi_temp_path %[1]s;
  server { listen %[2]s; root %[1]s; add_header Content-Encoding br; }
}
`

// startNginx starts nginx; nil if there is none.
func (b *bench) startNginx(ctx context.Context) (*server, error) {
	program, err := exec.LookPath("nginx")
	if err != nil {
		b.table.note("nginx is not installed: not measured")
		return nil, nil //nolint:nilnil,nilerr // there is none, and nothing is wrong
	}
	addr, err := freeAddr(ctx)
	if err != nil {
		return nil, err
	}
	config := filepath.Join(b.work, "nginx.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, nginxConfig, b.work, addr), 0o644); err != nil {
		return nil, err
	}
	p, err := start(ctx, b.work, program, "-c", config)
	if err != nil {
		return nil, err
	}
	return &server{name: "nginx", process: p, addr: addr, path: "/page"}, nil
}
