// Package insight is the filter's desk: what moderators see of how the filter does on
// this blog, and what they can change about it.
//
// # What is known
//
// A comment is decided when somebody called it spam or ham. One that is published and
// that nobody ever objected to is left standing, and counts as ham: of most honest
// comments that is all there ever is, and without them a filter would look as if it
// held nearly all of them. One that the filter put with the spam by itself and that nobody
// took out has stayed there, and counts as spam, for the same reason. No model is made of
// those, and none is proven on them. Comments of the blog's own people are left out. Each
// comment is judged when it comes, before anybody decides and with the labels that there were
// then; so its verdict is one on a comment that the filter had not seen, and all figures
// of this room go forward in time. What is called held here is what the filter would not
// have published; that a policy or a rule held a comment is nothing of the filter.
//
//   - Caught is spam that the filter held or called spam; missed is spam that it called ham.
//   - Wrongly held is ham that it held or called spam.
//   - Shares have Wilson's interval, and are not told ([Rate.TooFew]) of fewer than 20.
//
// # What is in force
//
// A [Choice] is kept in the database: the cost of holding an honest comment or the
// thresholds themselves, the model that judges, and one that judges beside it. [Live] is
// the filter by the choice in force, and the blog's comment.Judge. It asks before each
// verdict whether the choice is another, so it is in force at once, in every program on
// the same database. What the choice leaves open is as the settings of the program say.
//
// A model that was brought to the blog is kept for good, so that [Live.Recheck] can
// compute any verdict again: with the model that gave it and the labels that there were.
//
// # The desk
//
// [Desk] computes over decided comments: [Desk.Overview] by day, with figures and
// calibration; [Desk.Forecast] at other thresholds; [Desk.TryRule] of a rule or a threshold
// before it is kept; [Desk.Replay] anew, month by month; [Desk.Noise] of labels that
// contradict each other; [Desk.Sweep] of what is published and has something in common
// with what turned out bad. It reads some comments at a time and remembers numbers and ids, and no text, for as long as somebody asks. What is computed soon
// is computed for each who asks; what takes longer stands for some minutes, though something
// was decided since, and is told with its time ([Counted]): else whoever decides would have
// all comments read again for each page.
package insight
