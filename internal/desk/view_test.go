package desk_test

import (
	"context"
	"testing"
	"time"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
)

// keptViews is a store of one view.
type keptViews struct{ v desk.KeptView }

func (k *keptViews) Views(context.Context, string) ([]desk.KeptView, error) {
	return []desk.KeptView{k.v}, nil
}

func (k *keptViews) KeepView(_ context.Context, _ string, v desk.KeptView, _ int, _ account.Entry) error {
	k.v = v
	return nil
}

func (*keptViews) RenameView(context.Context, string, int64, string, account.Entry) error { return nil }

func (*keptViews) RemoveView(context.Context, string, int64, account.Entry) error { return nil }

func TestViewsComeBack(t *testing.T) {
	t.Parallel()
	kept := &keptViews{}
	views := desk.NewViews(kept, time.Now)
	want := desk.View{Filter: desk.Filter{Status: comment.Spam, Text: "a & b=c", ScoreTo: 40}, Sort: desk.Doubt}
	if err := views.Save(t.Context(), account.Shell, " Two \n words\u0000 ", want); err != nil {
		t.Fatal(err)
	}
	got, err := views.Of(t.Context(), account.Shell)
	if err != nil || len(got) != 1 || got[0].Name != "Two words" || got[0].View != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	// What a later version saved, and this one cannot read, does no harm.
	kept.v.Query = "status=spam&hold=dragons&since=never&sort=luck&q=a&new=1;%zz"
	if got, err := views.Of(t.Context(), account.Shell); err != nil || got[0].View != (desk.View{Filter: desk.Filter{Status: comment.Spam, Text: "a"}}) {
		t.Errorf("got %+v, %v", got, err)
	}
}
