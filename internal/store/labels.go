package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"

	"gorm.io/gorm"

	"hamlet/internal/account"
	"hamlet/internal/comment"
)

// importedRow is where a label was given that was given on another site.
type importedRow struct {
	Seq         int64 `gorm:"primaryKey;autoIncrement:false"`
	Site        string
	SiteSeq     int64
	SiteComment int64
}

func (importedRow) TableName() string { return "imported_labels" }

// site is the name of this site in the labels it gives away.
func site(ctx context.Context, tx *gorm.DB) (string, error) {
	row, err := rowsOf[metaRow](tx).Where("name = ?", "site").Take(ctx)
	if err != nil {
		return "", fmt.Errorf("read the name of the site: %w", err)
	}
	return hex.EncodeToString(row.Value), nil
}

// keptLabel is a label with where it was given.
type keptLabel struct {
	labelRow
	origin comment.Origin
}

// LabelsByOrigin reads all labels in order of Seq, each with its Origin.
func (s *Comments) LabelsByOrigin(ctx context.Context) ([]comment.Label, error) {
	kept, err := keptLabels(ctx, s.db.read)
	if err != nil {
		return nil, fmt.Errorf("read labels: %w", err)
	}
	labels := make([]comment.Label, len(kept))
	for i, k := range kept {
		if labels[i], err = k.label(); err != nil {
			return nil, fmt.Errorf("read labels: %w", err)
		}
		labels[i].Origin = k.origin
	}
	return labels, nil
}

// keptLabels reads all labels. Their origins are read after them, so that none is
// missing that was imported meanwhile.
func keptLabels(ctx context.Context, tx *gorm.DB) ([]keptLabel, error) {
	here, err := site(ctx, tx)
	if err != nil {
		return nil, err
	}
	rows, err := rowsOf[labelRow](tx).Order("seq").Find(ctx)
	if err != nil {
		return nil, err
	}
	imported, err := rowsOf[importedRow](tx).Order("seq").Find(ctx)
	if err != nil {
		return nil, err
	}
	kept := make([]keptLabel, len(rows))
	for i, r := range rows {
		kept[i] = keptLabel{r, comment.Origin{Site: here, Seq: r.Seq, Comment: comment.ID(r.CommentID)}}
		if len(imported) > 0 && imported[0].Seq == r.Seq {
			kept[i].origin = comment.Origin{Site: imported[0].Site, Seq: imported[0].SiteSeq, Comment: comment.ID(imported[0].SiteComment)}
			imported = imported[1:]
		}
	}
	return kept, nil
}

// ImportLabels keeps labels of other sites; see [comment.Store].
func (s *Comments) ImportLabels(
	ctx context.Context, labels []comment.Label, entry func(added int) account.Entry,
) (added int, err error) {
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if err := lockTable(tx, "act_parts", "audit", "labels"); err != nil {
			return err
		}
		i, err := newImporter(ctx, tx)
		if err != nil {
			return err
		}
		before := i.last
		for _, l := range labels {
			if err := i.take(ctx, tx, l); err != nil {
				return fmt.Errorf("label %d of %s: %w", l.Origin.Seq, l.Origin.Site, err)
			}
		}
		if added = i.added; added == 0 {
			return nil
		}
		_, err = beside(ctx, tx, about{entry: entry(added)}, nil, func() ([]setPart, error) {
			return []setPart{{partImport, fmt.Sprintf("%d-%d", before+1, i.last)}}, nil
		})
		return err
	})
	if err != nil {
		return 0, err
	}
	return added, nil
}

// place is a site and a number there.
type place struct {
	site   string
	number int64
}

// importer knows the labels that are kept while others are added.
type importer struct {
	here     string
	last     int64               // seq of the last label
	kept     map[place]keptLabel // by site and number there
	newest   map[string]int64    // the highest number of each site
	comments map[place]int64     // comment_id by site and comment there
	added    int
}

func newImporter(ctx context.Context, tx *gorm.DB) (*importer, error) {
	kept, err := keptLabels(ctx, tx)
	if err != nil {
		return nil, err
	}
	i := &importer{kept: map[place]keptLabel{}, newest: map[string]int64{}, comments: map[place]int64{}}
	if i.here, err = site(ctx, tx); err != nil {
		return nil, err
	}
	for _, k := range kept {
		i.note(k)
	}
	i.last, err = lastLabel(ctx, tx)
	return i, err
}

func (i *importer) note(k keptLabel) {
	i.last = k.Seq
	i.kept[place{k.origin.Site, k.origin.Seq}] = k
	i.newest[k.origin.Site] = max(i.newest[k.origin.Site], k.origin.Seq)
	at := place{k.origin.Site, int64(k.origin.Comment)}
	if _, ok := i.comments[at]; !ok {
		i.comments[at] = k.CommentID
	}
}

// take keeps a label, if it is not kept yet.
func (i *importer) take(ctx context.Context, tx *gorm.DB, l comment.Label) error {
	row, err := newLabelRow(l.Lesson, l.At)
	if err != nil {
		return err
	}
	o := l.Origin
	if k, ok := i.kept[place{o.Site, o.Seq}]; ok {
		if k.origin != o || !bytes.Equal(k.Lesson, row.Lesson) || k.At != row.At {
			return fmt.Errorf("it is another one than the one kept under this number: %w", comment.ErrContradiction)
		}
		return nil
	}
	switch {
	case o.Site == i.here:
		return fmt.Errorf("it was given here, but is not kept; is this an older copy of the database?: %w", comment.ErrContradiction)
	case o.Seq < i.newest[o.Site]:
		return fmt.Errorf("later ones of that site are kept already, up to %d: %w", i.newest[o.Site], comment.ErrContradiction)
	}
	row.Seq, row.CommentID = i.last+1, -(i.last + 1)
	k := keptLabel{row, o}
	if id, ok := i.comments[place{o.Site, int64(o.Comment)}]; ok {
		k.CommentID = id
	}
	imported := importedRow{Seq: k.Seq, Site: o.Site, SiteSeq: o.Seq, SiteComment: int64(o.Comment)}
	if err := rowsOf[labelRow](tx).Create(ctx, &k.labelRow); err != nil {
		return err
	}
	if err := rowsOf[importedRow](tx).Create(ctx, &imported); err != nil {
		return err
	}
	i.note(k)
	i.added++
	return nil
}

// RemoveImported removes the labels of another site; see [comment.Store].
func (s *Comments) RemoveImported(
	ctx context.Context, site string, entry func(removed int) account.Entry,
) (removed int, err error) {
	err = s.db.change(ctx, func(ctx context.Context, tx *gorm.DB) error {
		if err := lockTable(tx, "act_parts", "audit", "labels"); err != nil {
			return err
		}
		var seqs []int64
		if err := tx.Raw("SELECT seq FROM imported_labels WHERE site = ? ORDER BY seq", site).Scan(&seqs).Error; err != nil || len(seqs) == 0 {
			return err
		}
		removed = len(seqs)
		_, err := beside(ctx, tx, about{entry: entry(removed)}, labelParts(site, seqs), func() ([]setPart, error) {
			return nil, removeLabelsOf(ctx, tx, "seq IN (SELECT seq FROM imported_labels WHERE site = ?)", seqs[0], site)
		})
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("remove the labels of %s: %w", site, err)
	}
	return removed, nil
}

// Imported counts the labels of each other site.
func (s *Comments) Imported(ctx context.Context) ([]comment.Imported, error) {
	var sites []comment.Imported
	err := s.db.read.WithContext(ctx).Raw("SELECT site, COUNT(*) AS labels FROM imported_labels GROUP BY site ORDER BY site").Scan(&sites).Error
	if err != nil {
		return nil, fmt.Errorf("count imported labels: %w", err)
	}
	return sites, nil
}

// Relabelled reports whether a label with a Seq above after is about a comment that has
// one up to it.
func (s *Comments) Relabelled(ctx context.Context, after int64) (bool, error) {
	return s.RelabelledTo(ctx, after, math.MaxInt64)
}

// RelabelledTo reports whether a label with a Seq above after and up to last is about a comment
// that has one up to after.
func (s *Comments) RelabelledTo(ctx context.Context, after, last int64) (bool, error) {
	var found bool
	err := s.db.read.WithContext(ctx).Raw("SELECT EXISTS (SELECT 1 FROM labels n "+
		"JOIN labels o ON o.comment_id = n.comment_id AND o.seq <= ? WHERE n.seq > ? AND n.seq <= ?)", after, after, last).Scan(&found).Error
	if err != nil {
		return false, fmt.Errorf("look for changed labels: %w", err)
	}
	return found, nil
}

// labelRemovals is where it stands how often labels were removed, and the lowest number of
// those that went each of the last times, the latest last: eight bytes each, the highest
// first. Nothing stands there as long as none were.
const labelRemovals = "label removals"

// removalsKept is of how many removals it is known which labels went.
const removalsKept = 64

// removed is what is kept of removals.
type removed struct {
	times  int64
	lowest []int64
}

// Removals counts how often labels were removed.
func (s *Comments) Removals(ctx context.Context) (int64, error) {
	l, err := s.db.labelsNow(ctx)
	return l.removed.times, err
}

// RemovedFrom is the lowest number of the labels that were removed since there were so many
// removals; 0 if that is not known.
func (s *Comments) RemovedFrom(ctx context.Context, before int64) (int64, error) {
	r, err := removals(ctx, s.db.read)
	n := r.times - before
	if err != nil || n < 1 || n > int64(len(r.lowest)) {
		return 0, err
	}
	return slices.Min(r.lowest[int64(len(r.lowest))-n:]), nil
}

func removals(ctx context.Context, tx *gorm.DB) (r removed, err error) {
	numbers, err := metaNumbers(ctx, tx, labelRemovals)
	if err != nil || len(numbers) == 0 {
		return r, err
	}
	return removed{numbers[0], numbers[1:]}, nil
}

// metaNumbers are numbers that the database knows about itself; none as long as nothing
// stands there.
func metaNumbers(ctx context.Context, tx *gorm.DB, name string) (numbers []int64, err error) {
	value, err := meta(ctx, tx, name)
	if err != nil {
		return nil, err
	}
	if len(value)%8 != 0 {
		return nil, fmt.Errorf("%s: %d bytes, want eight for each number", name, len(value))
	}
	for b := range slices.Chunk(value, 8) {
		numbers = append(numbers, int64(binary.BigEndian.Uint64(b))) //nolint:gosec // counted up from 0
	}
	return numbers, nil
}

// countRemoval counts one more, of labels from a number on. The table of labels is locked.
func countRemoval(ctx context.Context, tx *gorm.DB, lowest int64) error {
	r, err := removals(ctx, tx)
	if err != nil {
		return err
	}
	r.lowest = append(r.lowest, lowest)
	var value []byte
	for _, n := range append([]int64{r.times + 1}, r.lowest[max(0, len(r.lowest)-removalsKept):]...) {
		value = binary.BigEndian.AppendUint64(value, uint64(n)) //nolint:gosec // counted up from 0
	}
	return keepMeta(tx, labelRemovals, value)
}

// Labelled reads those of some comments that are there, as far as labels are about them.
func (s *Comments) Labelled(ctx context.Context, ids []comment.ID) ([]comment.Comment, error) {
	rows, err := s.some(ctx, ids, slices.Concat(hidden, []string{"verdict"}))
	if err != nil {
		return nil, fmt.Errorf("read labelled comments: %w", err)
	}
	for i := range rows {
		rows[i].Verdict = "{}" // was not read
	}
	return commentsOf(rows)
}
