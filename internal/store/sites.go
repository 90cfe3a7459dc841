package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"hamlet/internal/account"
	"hamlet/internal/akismet"
	"hamlet/internal/comment"
)

// Sites keeps the sites that ask with a key; it is an akismet.Store.
type Sites struct{ db *DB }

var _ akismet.Store = (*Sites)(nil)

// Sites is the part of the sites that ask with a key.
func (db *DB) Sites() *Sites { return &Sites{db} }

// siteRow is a site as it is kept.
type siteRow struct {
	ID              int64 `gorm:"primaryKey"`
	Name, Hint      string
	KeyIndex        []byte
	CreatedAt       int64
	RevokedAt       *int64
	Cost            float64
	Discard, Shares int64
	PerMinute       int64
	CallBack        int64
}

func (siteRow) TableName() string { return "sites" }

func newSiteRow(s akismet.Site) siteRow {
	r := siteRow{
		ID: int64(s.ID), Name: s.Name, Hint: s.Hint, KeyIndex: []byte(s.Index), CreatedAt: millis(s.CreatedAt), Cost: s.Cost,
		Discard: bit(s.Discard), Shares: bit(s.Shares), PerMinute: int64(s.PerMinute), CallBack: bit(s.CallBack),
	}
	if !s.RevokedAt.IsZero() {
		at := millis(s.RevokedAt)
		r.RevokedAt = &at
	}
	return r
}

func (r siteRow) site() akismet.Site {
	return akismet.Site{
		ID: akismet.SiteID(r.ID), Name: r.Name, Hint: r.Hint, Index: string(r.KeyIndex), CreatedAt: fromMillis(r.CreatedAt),
		RevokedAt: timeOrZero(r.RevokedAt),
		Settings: akismet.Settings{
			Cost: r.Cost, Discard: r.Discard == 1, Shares: r.Shares == 1, PerMinute: int(r.PerMinute), CallBack: r.CallBack == 1,
		},
	}
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// Index is what a key is known by; empty as long as there is no site.
func (s *Sites) Index(k akismet.Key) string { return string(s.hash("key", string(k))) }

// Pair is what a check and a report about the same comment have in common.
func (s *Sites) Pair(id akismet.SiteID, text string) akismet.Pair {
	var p akismet.Pair
	copy(p[:], s.hash(fmt.Sprintf("pair %d", id), text))
	return p
}

// hash hides something of the sites. Its key is a random one in the key store, made with
// the first site, which stays the same when the blog's own key changes: nobody could make
// anew what was hashed, for it is not kept.
func (s *Sites) hash(what, text string) []byte {
	key := s.db.sitesKey.Load()
	if key == nil {
		return nil
	}
	return mac(key.key, what+"\x00"+text)
}

// sitesKeyName is where meta names the key of hash.
const sitesKeyName = "sites key"

// unlock reads the key of hash, and creates it if it is missing and wanted. One that was
// lost with the key store is made anew; no site is known by its key then.
func (s *Sites) unlock(ctx context.Context, create bool) error {
	if s.db.sitesKey.Load() != nil {
		return nil
	}
	uid, err := s.namedKey(ctx)
	if err != nil {
		return err
	}
	key, err := s.db.people.get(ctx, uid)
	if errors.Is(err, comment.ErrErased) && create {
		key, err = s.createKey(ctx, uid)
	}
	if err == nil {
		s.db.sitesKey.Store(&key)
	}
	return err
}

// namedKey is the name of the key of hash; nil if there never was one.
func (s *Sites) namedKey(ctx context.Context) ([]byte, error) {
	return meta(ctx, s.db.read, sitesKeyName)
}

// createKey makes a key instead of the one there was; of two who do, both take the one
// that was first.
func (s *Sites) createKey(ctx context.Context, instead []byte) (secret, error) {
	key := newSecret()
	if err := s.db.people.keep(ctx, key, nil); err != nil {
		return secret{}, err
	}
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if _, err := rowsOf[metaRow](tx).Where("name = ? AND value = ?", sitesKeyName, instead).Delete(ctx); err != nil {
			return err
		}
		row := metaRow{Name: sitesKeyName, Value: key.uid}
		return rowsOf[metaRow](tx, clause.OnConflict{DoNothing: true}).Create(ctx, &row)
	})
	if err != nil {
		return secret{}, err
	}
	uid, err := s.namedKey(ctx)
	if err != nil {
		return secret{}, err
	}
	return s.db.people.get(ctx, uid)
}

// Sites lists all keys in the order they were made.
func (s *Sites) Sites(ctx context.Context) ([]akismet.Site, error) {
	rows, err := rowsOf[siteRow](s.db.read).Order("id").Find(ctx)
	if err == nil && len(rows) > 0 {
		err = s.unlock(ctx, false)
	}
	if errors.Is(err, comment.ErrErased) {
		err = nil // they are listed; none of their keys is known
	}
	if err != nil {
		return nil, fmt.Errorf("list sites: %w", err)
	}
	sites := make([]akismet.Site, len(rows))
	for i, r := range rows {
		sites[i] = r.site()
	}
	return sites, nil
}

// AddSite keeps a new key and the entry.
func (s *Sites) AddSite(ctx context.Context, is akismet.Site, k akismet.Key, e account.Entry) (akismet.SiteID, error) {
	if err := s.unlock(ctx, true); err != nil {
		return 0, fmt.Errorf("make the key of the sites: %w", err)
	}
	is.Index = s.Index(k)
	row := newSiteRow(is)
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		row.ID = 0
		if err := lockTable(tx, "act_parts"); err != nil {
			return err
		}
		if err := renameRevoked(tx, is.Name); err != nil {
			return err
		}
		same, err := rowsOf[siteRow](tx).Where("name = ?", row.Name).Count(ctx, "id")
		switch {
		case err != nil:
			return err
		case same > 0:
			return akismet.ErrTaken
		}
		_, err = beside(ctx, tx, about{entry: e}, nil, func() ([]setPart, error) {
			err := rowsOf[siteRow](tx).Create(ctx, &row)
			return []setPart{{partSite, idKey(row.ID)}}, err
		})
		return err
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		err = akismet.ErrTaken
	}
	return akismet.SiteID(row.ID), err
}

// renameRevoked lets a name be used again when the key of the site that has it was revoked,
// which is listed by its number too from then on.
func renameRevoked(tx *gorm.DB, name string) error {
	return tx.Exec("UPDATE sites SET name = name || ' (' || id || ')' WHERE name = ? AND revoked_at IS NOT NULL", name).Error
}

// sharing counts in meta how often it was changed which sites share what they report, or what
// they reported was compacted: how often learning begins anew.
const sharing = "sites sharing"

// ChangeSite keeps what the owner decided about a site, and the entry. Where it wants to be told is
// forgotten when it is not any more and that cannot be undone, or when it is to be told again.
func (s *Sites) ChangeSite(ctx context.Context, is akismet.Site, e account.Entry) error {
	row := newSiteRow(is)
	return s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		_, err := beside(ctx, tx, about{entry: e}, []setPart{{partSite, idKey(row.ID)}}, func() ([]setPart, error) {
			before, err := rowsOf[siteRow](tx).Where("id = ?", row.ID).Take(ctx)
			if err != nil {
				return nil, notFound(err, akismet.ErrNotFound)
			}
			if before.CallBack == 0 && row.CallBack == 1 {
				err = endCallbacks(tx, row.ID)
			}
			if err != nil {
				return nil, err
			}
			return nil, setSite(ctx, tx, before, row)
		})
		return err
	})
}

// setSite makes a site what its owner decided. Whether it shares concerns what others have learned:
// they begin anew.
func setSite(ctx context.Context, tx *gorm.DB, before, row siteRow) error {
	row.Name = before.Name // it may have given it away meanwhile
	if err := tx.Save(&row).Error; err != nil || before.Shares == row.Shares {
		return err
	}
	return learnAnew(ctx, tx)
}

// learnAnew lets whoever learns from what sites reported begin anew.
func learnAnew(ctx context.Context, tx *gorm.DB) error {
	n, err := counter(ctx, tx, sharing)
	if err != nil {
		return err
	}
	return keepMeta(tx, sharing, binary.BigEndian.AppendUint64(nil, n+1))
}

// counter reads a number out of meta, 0 if there is none.
func counter(ctx context.Context, tx *gorm.DB, name string) (uint64, error) {
	value, err := meta(ctx, tx, name)
	if err != nil || len(value) != 8 {
		return 0, err
	}
	return binary.BigEndian.Uint64(value), nil
}

// SiteLabels are the labels that the filter of a site learns from: those it reported, and,
// if it shares, those of all that share. It is a comment.LabelSource.
type SiteLabels struct {
	db   *DB
	site int64
}

var _ comment.LabelSource = (*SiteLabels)(nil)

// Labels are those of a site.
func (s *Sites) Labels(id akismet.SiteID) *SiteLabels { return &SiteLabels{s.db, int64(id)} }

// siteLabelRow is a report as it is kept.
type siteLabelRow struct {
	Label  labelRow `gorm:"embedded"`
	SiteID int64
}

func (siteLabelRow) TableName() string { return "site_labels" }

// seen is which labels a site learns from; its two arguments are the site.
const seen = "(n.site_id = ? OR n.site_id IN (SELECT o.id FROM sites o WHERE o.shares = 1 " +
	"AND EXISTS (SELECT 1 FROM sites m WHERE m.id = ? AND m.shares = 1)))"

// Labels reads the labels with a Seq above after.
func (l *SiteLabels) Labels(ctx context.Context, after int64) ([]comment.Label, error) {
	var rows []siteLabelRow
	err := l.db.read.WithContext(ctx).Raw("SELECT n.* FROM site_labels n WHERE n.seq > ? AND "+seen+" ORDER BY n.seq", after, l.site, l.site).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read reports of site %d: %w", l.site, err)
	}
	labels := make([]comment.Label, len(rows))
	for i, r := range rows {
		if labels[i], err = r.Label.label(); err != nil {
			return nil, err
		}
	}
	return labels, nil
}

// CountAfter counts the labels with a Seq above after.
func (l *SiteLabels) CountAfter(ctx context.Context, after int64) (n int, err error) {
	err = l.db.read.WithContext(ctx).Raw("SELECT COUNT(*) FROM site_labels n WHERE n.seq > ? AND "+seen, after, l.site, l.site).Scan(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count reports of site %d: %w", l.site, err)
	}
	return n, nil
}

// Relabelled reports whether a label after some Seq is about a comment that has one up to it.
func (l *SiteLabels) Relabelled(ctx context.Context, after int64) (is bool, err error) {
	err = l.db.read.WithContext(ctx).Raw("SELECT EXISTS (SELECT 1 FROM site_labels n WHERE n.seq > ? AND "+seen+
		" AND EXISTS (SELECT 1 FROM site_labels b WHERE b.site_id = n.site_id AND b.comment_id = n.comment_id AND b.seq <= ?))",
		after, l.site, l.site, after).Scan(&is).Error
	return is, err
}

// Compact removes what was said of a comment before the last word on it, and of those of each
// site all but the newest, and counts them. Mostly there is nothing to remove, and nothing is
// written then.
func (s *Sites) Compact(ctx context.Context, most int) (n int, err error) {
	const rest = `SELECT seq FROM (
		SELECT seq, ROW_NUMBER() OVER (PARTITION BY site_id, comment_id ORDER BY seq DESC) AS word,
			DENSE_RANK() OVER (PARTITION BY site_id ORDER BY last DESC) AS place
		FROM (SELECT seq, site_id, comment_id, MAX(seq) OVER (PARTITION BY site_id, comment_id) AS last FROM site_labels) AS l) AS r
		WHERE word > 1 OR place > ?`
	var found bool
	if err := s.db.read.WithContext(ctx).Raw("SELECT EXISTS ("+rest+")", most).Scan(&found).Error; err != nil {
		return 0, fmt.Errorf("look for reports of sites to compact: %w", err)
	}
	if !found {
		return 0, nil
	}
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if err := lockTable(tx, "site_labels"); err != nil {
			return err
		}
		r := tx.Exec("DELETE FROM site_labels WHERE seq IN ("+rest+")", most)
		if n = int(r.RowsAffected); r.Error != nil || n == 0 {
			return r.Error
		}
		return learnAnew(ctx, tx)
	})
	if err != nil {
		return 0, fmt.Errorf("compact reports of sites: %w", err)
	}
	return n, nil
}

// Removals counts how often labels went or came that were given long before.
func (l *SiteLabels) Removals(ctx context.Context) (int64, error) {
	n, err := counter(ctx, l.db.read, sharing)
	return int64(n), err //nolint:gosec // it counts what an owner does
}

// RemovedFrom does not know.
func (l *SiteLabels) RemovedFrom(context.Context, int64) (int64, error) { return 0, nil }

// Labelled finds no comment: those of other sites are not kept for good.
func (l *SiteLabels) Labelled(context.Context, []comment.ID) ([]comment.Comment, error) {
	return nil, nil
}

// Words lists what a site itself reported.
func (s *Sites) Words(ctx context.Context, id akismet.SiteID, after int64, since uint64) (words []akismet.Word, round uint64, err error) {
	if round, err = counter(ctx, s.db.read, sharing); err == nil && round != since {
		after = 0
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read what site %d said: %w", id, err)
	}
	rows, err := rowsOf[siteLabelRow](s.db.read).Select("seq", "comment_id", "lesson").
		Where("site_id = ? AND seq > ?", int64(id), after).Order("seq").Find(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("read what site %d said: %w", id, err)
	}
	words = make([]akismet.Word, len(rows))
	for i, r := range rows {
		words[i] = akismet.Word{Seq: r.Label.Seq, Of: r.Label.CommentID, Spam: len(r.Label.Lesson) > 0 && r.Label.Lesson[0] == keptSpam}
	}
	return words, round, nil
}

// Correct keeps the owner's word about a check.
func (s *Sites) Correct(ctx context.Context, r akismet.Report, e account.Entry) error {
	err := s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		_, err := beside(ctx, tx, about{entry: e}, []setPart{{partWord, r.Check}}, func() ([]setPart, error) {
			return nil, s.keepReports(ctx, tx, []akismet.Report{r})
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("correct what site %d was told: %w", r.Site, err)
	}
	return nil
}

// keepLeaving notes which blogs do not ask any more: those that ever did, and not since.
func keepLeaving(tx *gorm.DB, all []akismet.Leaving) error {
	for _, l := range all {
		id, at := int64(l.Site), millis(l.At)
		if err := tx.Exec("INSERT INTO site_left (site_id, blog, at) SELECT site_id, blog, ? FROM site_counts WHERE site_id = ? AND blog = ? "+
			"AND NOT EXISTS (SELECT 1 FROM site_checks c WHERE c.site_id = ? AND c.blog = ? AND c.at > ?) LIMIT 1 "+
			"ON CONFLICT (site_id, blog) DO UPDATE SET at = excluded.at", at, id, l.Blog, id, l.Blog, at).Error; err != nil {
			return err
		}
	}
	return nil
}
