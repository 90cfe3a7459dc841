package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// bareSubmitCommand makes this program the bare server that takes comments, which hamlet
// is measured beside: bench baresubmit ADDR FILE.
const bareSubmitCommand = "baresubmit"

// bareComment is all that it keeps.
type bareComment struct {
	ID        int64  `gorm:"primaryKey"`
	Post      string `gorm:"index"`
	Author    string
	Body      string
	CreatedAt int64
}

func (bareComment) TableName() string { return "comments" }

// bareBatch is how many comments share a transaction at most.
const bareBatch = 64

// bareStore writes the comments of all who wait in one transaction, and tells them when
// it is on the disk.
type bareStore struct {
	db      *gorm.DB
	mu      sync.Mutex
	waiting []*bareJob
	turn    sync.Mutex
}

type bareJob struct {
	row  *bareComment
	done bool
	err  error
}

func (s *bareStore) add(row *bareComment) error {
	j := &bareJob{row: row}
	s.mu.Lock()
	s.waiting = append(s.waiting, j)
	s.mu.Unlock()
	s.turn.Lock()
	defer s.turn.Unlock()
	for !j.done {
		s.mu.Lock()
		n := min(len(s.waiting), bareBatch)
		batch := s.waiting[:n:n]
		s.waiting = s.waiting[n:]
		s.mu.Unlock()
		err := s.db.Transaction(func(tx *gorm.DB) error {
			for _, b := range batch {
				if err := tx.Create(b.row).Error; err != nil {
					return err
				}
			}
			return nil
		})
		for _, b := range batch {
			b.done, b.err = true, err
		}
	}
	return j.err
}

// serveBareSubmit takes comments with Echo and GORM and nothing else: a form is read, a row
// is on the disk (synchronous=FULL), and the answer is 303.
func serveBareSubmit(ctx context.Context, addr, file string) error {
	db, err := gorm.Open(sqlite.Open("file:"+file+"?_journal_mode=WAL&_synchronous=FULL&_txlock=immediate"),
		&gorm.Config{Logger: logger.Discard, SkipDefaultTransaction: true})
	if err != nil {
		return fmt.Errorf("open %s: %w", file, err)
	}
	pool, err := db.DB()
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	pool.SetMaxOpenConns(1)
	if err := db.AutoMigrate(&bareComment{}); err != nil {
		return err
	}
	store := &bareStore{db: db}
	e := echo.New()
	e.GET("/", func(c echo.Context) error { return c.String(http.StatusOK, "up\n") })
	e.POST("/posts/:slug/comments", func(c echo.Context) error {
		row := &bareComment{Post: c.Param("slug"), Author: c.FormValue("author"), Body: c.FormValue("body"), CreatedAt: time.Now().UnixMilli()}
		if row.Author == "" || row.Body == "" {
			return echo.ErrUnprocessableEntity
		}
		if err := store.add(row); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, fmt.Sprintf("/comments/%d", row.ID))
	})
	srv := &http.Server{Addr: addr, Handler: e, ReadHeaderTimeout: 5 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	go func() {
		<-ctx.Done()
		_ = srv.Close()
	}()
	return srv.ListenAndServe()
}
