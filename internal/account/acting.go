package account

import "context"

// acting is where a context has the act that is kept of what is done with it.
type acting struct{}

// Acting makes a context that tells which act is kept of what is done with it, beside decisions on
// comments; 0 as long as none is.
func Acting(ctx context.Context) (of context.Context, act *ActID) {
	act = new(ActID)
	return context.WithValue(ctx, acting{}, act), act
}

// Acted tells it. It is for who keeps acts.
func Acted(ctx context.Context, id ActID) {
	if act, ok := ctx.Value(acting{}).(*ActID); ok {
		*act = id
	}
}
