package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/search"
	"hamlet/internal/spam"
)

// finding is what a comment is found by, besides its own columns: it follows from the
// comment, is written in the transaction that writes the comment, and goes with it.
type finding struct {
	hosts []string
	words search.Terms
}

// wordsRow are the words of a comment.
type wordsRow struct {
	id    int64
	words string // as the engine's index is given them
}

// hostRow is a host that a comment leads to.
type hostRow struct {
	Host      string `gorm:"primaryKey"`
	CommentID int64  `gorm:"primaryKey;autoIncrement:false"`
}

func (hostRow) TableName() string { return "comment_hosts" }

// apart stands between two texts, so that no phrase goes from one into the other; it is
// a letter to the engines and to nobody else.
const apart = "·"

// findingOf takes a comment apart.
func findingOf(c comment.Comment) finding {
	body, by := search.TermsOf(c.Body), search.TermsOf(c.Author)
	f := finding{hosts: desk.Hosts(c.URL, c.Body), words: body}
	f.words.InOrder = slices.Concat(by.InOrder, []string{apart}, body.InOrder)
	f.words.Beside = slices.Concat(by.Beside, body.Beside)
	return f
}

// scoreUnit is what log-odds are whole numbers of.
const scoreUnit = 1 << 16

// notJudged is the doubt of a comment that could not be judged: the greatest.
const notJudged = -1

// setFound sets the columns that a comment is found by.
func (r *commentRow) setFound(c comment.Comment) {
	r.Score, r.Doubt, r.Sign, r.Lang = nil, notJudged, "", desk.Language(c.Body)
	if c.Verdict.Model == "" {
		return
	}
	score := inUnits(c.Verdict.LogOdds)
	r.Score, r.Doubt, r.Sign = &score, max(score, -score), mainSign(c.Verdict)
}

func inUnits(logOdds float64) int64 {
	const most = 1 << 40 // whatever a broken verdict says
	return int64(math.Round(max(-most, min(logOdds*scoreUnit, most))))
}

// mainSign is the feature that speaks the most for spam, without what PostgreSQL takes
// for no text.
func mainSign(v spam.Verdict) string {
	for _, r := range v.Reasons {
		if r.Weight > 0 && !strings.HasPrefix(r.Feature, "(") {
			return strings.ReplaceAll(r.Feature, "\x00", "")
		}
	}
	return ""
}

// keepFinding keeps what a comment is found by instead of what was kept before.
func (db *DB) keepFinding(ctx context.Context, tx *gorm.DB, id int64, f finding) error {
	if err := dropFinding(tx, id); err != nil {
		return err
	}
	if err := insertAll(ctx, tx, hostsFor(id, f.hosts)); err != nil {
		return err
	}
	return db.keepWords(ctx, tx, []wordsRow{{id, db.written(f.words)}})
}

// hostsFor are the rows of the hosts that a comment leads to.
func hostsFor(id int64, hosts []string) []hostRow {
	rows := make([]hostRow, len(hosts))
	for i, h := range hosts {
		rows[i] = hostRow{Host: h, CommentID: id}
	}
	return rows
}

// written is terms as the engine's index is given them.
func (db *DB) written(t search.Terms) string {
	if db.queue == nil {
		return vector(t)
	}
	return simple(t)
}

// keepWords keeps the words of comments, in one statement: after each FTS4 writes what it has
// into a segment of its own, to be merged with others later.
func (db *DB) keepWords(ctx context.Context, tx *gorm.DB, rows []wordsRow) error {
	if len(rows) == 0 {
		return nil
	}
	query := "SELECT value ->> 0, value ->> 1 FROM json_each(?)"
	if db.queue == nil {
		query = "SELECT (value ->> 0)::bigint, (value ->> 1)::tsvector FROM json_array_elements(?::json)"
	}
	list := make([][2]any, len(rows))
	for i, r := range rows {
		list[i] = [2]any{r.id, r.words}
	}
	text, err := json.Marshal(list)
	if err == nil {
		_, err = plain{tx}.exec(ctx, "INSERT INTO comment_words (docid, words) "+query, string(text))
	}
	return err
}

// dropFinding takes away what a comment is found by.
func dropFinding(tx *gorm.DB, id int64) error {
	if err := tx.Exec("DELETE FROM comment_hosts WHERE comment_id = ?", id).Error; err != nil {
		return err
	}
	if err := tx.Exec("DELETE FROM comment_words WHERE docid = ?", id).Error; err != nil {
		return err
	}
	return wordsWent(tx)
}

// signs are the characters of terms that FTS4's simple tokenizer would take for the end
// of one, and what stands for them.
var signs = strings.NewReplacer("+", "＋", "#", "＃")

// simple is terms as FTS4 is given them: those that are at no place come last, and stand
// apart.
func simple(t search.Terms) string {
	var b strings.Builder
	for _, term := range t.InOrder {
		b.WriteString(term + " ")
	}
	for _, term := range t.Beside {
		b.WriteString(apart + " " + term + " ")
	}
	return signs.Replace(b.String())
}

// besideFrom is from which place on a vector has the terms that are at no place.
const besideFrom = 16_000

// vector is terms as PostgreSQL has them. It counts places up to 16,383; terms further on
// all stand at the last.
func vector(t search.Terms) string {
	var b strings.Builder
	add := func(term string, place int) {
		b.WriteString(quoted(term) + ":" + strconv.Itoa(place) + " ")
	}
	for i, term := range t.InOrder {
		add(term, min(i+1, besideFrom-2))
	}
	for _, term := range t.Beside {
		add(term, besideFrom)
	}
	return b.String()
}

// quoted is a term as vectors and queries of PostgreSQL have it.
func quoted(term string) string {
	return "'" + strings.ReplaceAll(strings.ReplaceAll(term, `\`, `\\`), "'", "''") + "'"
}

// matching is a query as the engine has it; empty if it has no term.
func (db *DB) matching(w search.Wanted) string {
	one, and, or := matchFTS, " ", " OR "
	if db.queue == nil {
		one, and, or = matchVector, " <-> ", " | "
	}
	var terms []string
	for _, t := range w.Phrase {
		terms = append(terms, one(t))
	}
	phrase := strings.Join(terms, and)
	if db.queue != nil {
		phrase = `"` + phrase + `"`
	}
	if w.Or == "" {
		return "(" + phrase + ")"
	}
	beside := one(search.WantedTerm{Text: w.Or})
	if db.queue != nil {
		beside = `"` + beside + `"`
	}
	return "((" + phrase + ")" + or + beside + ")"
}

func matchFTS(t search.WantedTerm) string {
	if t.Begin {
		return signs.Replace(t.Text) + "*"
	}
	return signs.Replace(t.Text)
}

func matchVector(t search.WantedTerm) string {
	if t.Begin {
		return quoted(t.Text) + ":*"
	}
	return quoted(t.Text)
}

// foundBy is what comments are found by that are from before that was kept: where it stands in
// meta how far that is filled in, and which comments it is of. What webmentions are found by was
// left out at first, and so were the hosts that redirectors lead on to.
var foundBy = []struct{ name, which string }{
	{"finding", "erased_at IS NULL"},
	{"finding of mentions", "erased_at IS NULL AND channel = 'webmention'"},
	{"finding behind redirectors", "erased_at IS NULL AND deleted_at IS NULL AND (url LIKE '%?%=%' OR body LIKE '%?%=%')"},
}

// findingVersion is the newest of them all.
const findingVersion = 1

// findBatch is how many comments are filled in at once.
const findBatch = 200

// findAll fills in what comments are found by that are from before that was kept. It can
// be cut off after each batch, and goes on there.
func (db *DB) findAll(ctx context.Context) error {
	for _, by := range foundBy {
		for done := false; !done; {
			err := db.change(ctx, func(ctx context.Context, tx *gorm.DB) (err error) {
				done, err = db.findSome(ctx, tx, by.name, by.which)
				return err
			})
			if err != nil {
				return fmt.Errorf("make the comments there are be found: %w", err)
			}
		}
	}
	return nil
}

// findSome fills in the next batch; done: there is none.
func (db *DB) findSome(ctx context.Context, tx *gorm.DB, name, which string) (done bool, err error) {
	after, whole, err := reached(ctx, tx, name, findingVersion)
	if err != nil || whole {
		return whole, err
	}
	rows, err := rowsOf[commentRow](tx).Omit(hidden...).
		Where("id > ? AND "+which, after).Order("id").Limit(findBatch).Find(ctx)
	if err != nil {
		return false, err
	}
	for _, r := range rows {
		if err := db.refind(ctx, tx, r); err != nil {
			return false, err
		}
		after = r.ID
	}
	state := fmt.Sprintf("%d %d", findingVersion, after)
	if len(rows) < findBatch {
		state = strconv.Itoa(findingVersion)
	}
	return len(rows) < findBatch, keepMeta(tx, name, []byte(state))
}

// refind fills in what a comment is found by.
func (db *DB) refind(ctx context.Context, tx *gorm.DB, r commentRow) error {
	c, err := r.comment()
	if err != nil {
		return err
	}
	r.setFound(c)
	err = tx.Exec("UPDATE comments SET score = ?, doubt = ?, sign = ?, lang = ? WHERE id = ?", r.Score, r.Doubt, r.Sign, r.Lang, r.ID).Error
	if err != nil {
		return err
	}
	return db.keepFinding(ctx, tx, r.ID, findingOf(c))
}

// reached is the comment up to which something is filled in, by its name in meta and its
// newest version, or that all is.
func reached(ctx context.Context, tx *gorm.DB, name string, newest int) (after int64, whole bool, err error) {
	row, err := rowsOf[metaRow](tx).Where("name = ?", name).Take(ctx)
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return 0, false, nil
	}
	version, rest, partly := strings.Cut(string(row.Value), " ")
	if err != nil || version != strconv.Itoa(newest) {
		return 0, false, err
	}
	if partly {
		after, err = strconv.ParseInt(rest, 10, 64)
	}
	return after, !partly, err
}
