package store

import (
	"time"

	"hamlet/internal/account"
	"hamlet/internal/akismet"
	"hamlet/internal/comment"
	"hamlet/internal/opinion"
	"hamlet/internal/privacy"
	"hamlet/internal/spam"
)

// How long what is kept of people is kept, in the words of the catalogue.
var (
	withComment = privacy.Span{Text: "kept.until_comment"}
	withPerson  = privacy.Span{Text: "kept.until_person"}
	withAccount = privacy.Span{Text: "kept.until_account"}
	forGood     = privacy.Span{Text: "kept.until_never"}
)

func atMost(t time.Duration) privacy.Span { return privacy.Span{Text: "kept.until_days", For: t} }

// Kept is what the database and the key store keep of people: every column of theirs is
// named here, or in [Impersonal].
func Kept() []privacy.Kept { return append(keptFirst(), keptLater()...) }

// keptFirst is what comes with a comment.
func keptFirst() []privacy.Kept {
	return []privacy.Kept{
		{
			Name: "words", Span: withComment, Comment: true,
			Columns: []string{
				"comments.author", "comments.folded", "comments.url", "comments.body", "comments.lang", "comment_words.words",
				"comment_hosts.host", "comment_hosts.comment_id",
			},
		},
		{
			Name: "place", Span: withComment, Comment: true,
			Columns: []string{"comments.post", "comments.parent_id", "comments.created_at", "comments.channel", "comments.role"},
		},
		{
			Name: "email", Span: withPerson, Comment: true,
			Columns: []string{
				"people.email_sealed", "people.uid", "people.created_at", "comments.person_id", "comments.email_sealed",
				"comments.email_index", "keys.uid", "keys.address", "keys.wrapped", "keys.created_at",
			},
		},
		{
			Name: "mails", When: privacy.WithMail, Span: withPerson, Comment: true,
			Columns: []string{
				"comments.tell", "people.confirmed_at", "people.muted_at", "subscriptions.comment_id",
				"subscriptions.person_id", "subscriptions.since", "subscriptions.muted_at",
			},
		},
		{
			Name: "outbox", When: privacy.WithMail, Span: atMost(time.Duration(keepDead) * time.Millisecond), Comment: true,
			Columns: []string{
				"outbox.kind", "outbox.person_id", "outbox.comment_id", "outbox.about_id", "outbox.note", "outbox.created_at",
				"outbox.error", "outbox.sent_at", "outbox.failed_at", "outbox.discarded_at",
			},
		},
		{Name: "proof", Span: withComment, Comment: true, Columns: []string{"comments.proof", "comments.standing"}},
		{Name: "tie", Span: withPerson, Columns: []string{"ties.proof", "ties.person_id", "ties.since"}},
		{
			Name: "network", When: privacy.WithNetwork, Span: atMost(0), Comment: true,
			Columns: []string{"networks.comment_id", "networks.uid", "networks.sealed", "networks.expires_at"},
		},
		{
			Name: "opinion_sent", When: privacy.WithOpinion, Span: atMost(opinion.KeptFor), Comment: true,
			Columns: []string{"opinions.uid", "opinions.sealed", "opinions.guid"},
		},
		{
			Name: "opinion", When: privacy.WithOpinion, Span: withComment, Comment: true,
			Columns: []string{"opinions.said", "opinions.asked_at", "opinions.own", "opinions.told"},
		},
		{Name: "form", Span: atMost(formsLast), Comment: true, Columns: []string{"comments.form_key"}},
		{
			Name: "status", Span: withComment, Comment: true,
			Columns: []string{"comments.status", "comments.prior", "comments.hold", "comments.withdrawn_at", "comments.placed_at", "comments.deleted_at"},
		},
		{
			Name: "verdict", Span: withComment, Comment: true,
			Columns: []string{
				"comments.verdict", "comments.score", "comments.doubt", "comments.sign", "comments.wave", "receipts.receipt", "beside.model", "beside.class", "beside.probability", "rule_hits.comment_id", "rule_hits.kind",
				"rule_hits.rule_id",
			},
		},
		{
			Name: "rules", Span: privacy.Span{Text: "kept.until_rule"},
			Columns: []string{
				"rules.kind", "rules.value", "rules.effect", "rules.note", "rules.made_by", "rules.made_at", "rules.expires_at",
				"rules.hits", "rules.hit_at", "closings.made_by", "closings.made_at", "switches.made_by", "switches.since",
			},
		},
		{
			Name: "traces", Span: atMost(spam.TraceLink.Lasting(spam.TracePublished)), Comment: true,
			Columns: []string{"traces.hash", "traces.state", "traces.comment_id", "traces.at", "traces.post", "traces.expires_at"},
		},
		{
			Name: "lessons", Span: privacy.Span{Text: "kept.until_lesson"}, Comment: true,
			Columns: []string{
				"labels.lesson", "labels.author", "labels.wave", "labels.comment_id", "labels.at",
			},
		},
	}
}

// keptLater is what comes to a comment after it was sent, and what is kept of those who
// look after the comments.
func keptLater() []privacy.Kept {
	return []privacy.Kept{
		{
			Name: "edits", Span: withComment,
			Columns: []string{
				"edits.at", "edits.status", "edits.was", "edits.body", "edits.hold", "edits.verdict", "comments.edited_at",
				"edits.editor", "comments.edited_by",
			},
		},
		{
			Name: "mentions", When: privacy.WithMentions, Span: atMost(keepMentions),
			Columns: []string{"mentions.source", "mentions.post", "mentions.target", "mentions.received_at", "mentions.error", "comments.mention"},
		},
		{
			Name: "decisions", Span: forGood,
			Columns: []string{"audit.at", "audit.actor", "audit.action", "audit.target", "audit.detail", "labels.moderator", "models.name", "models.added_by", "models.added_at"},
		},
		{
			Name: "acts", Span: atMost(comment.UndoFor), Comment: true,
			Columns: []string{
				"acts.at", "acts.actor", "acts.action", "acts.target", "acts.detail", "acts.post", "act_parts.key", "act_parts.was", "act_parts.became", "act_parts.uid", "acts.undone_at", "acts.undone_by", "act_changes.was_status", "act_changes.was_prior",
				"act_changes.was_traces", "act_changes.was_body", "act_changes.was_verdict", "act_changes.was_receipt",
				"act_changes.was_edited_at", "act_changes.was_edited_by", "act_changes.was_edit",
				"jobs.at", "jobs.actor", "jobs.role", "jobs.posts", "jobs.action",
			},
		},
		{Name: "notices", Span: withAccount, Columns: []string{
			"notice_targets.user_id", "notice_targets.pace", "notice_targets.held", "notice_targets.dead", "notice_targets.reports", "notice_targets.uid",
			"notice_targets.sealed", "notices.comments", "notices.created_at", "notices.error", "notices.failed_at", "notices.discarded_at",
		}},
		{
			Name: "reports", Span: withComment,
			Columns: []string{"reports.comment_id", "reports.at", "reports.reason", "reports.words", "reports.cleared_at", "comments.reported"},
		},
		{Name: "reporters", Span: atMost(reporterKept), Columns: []string{"reports.reporter"}},
		{Name: "notes", Span: withComment, Columns: []string{"notes.at", "notes.author", "notes.body", "comments.assignee_id"}},
		{
			Name: "accounts", Span: withAccount,
			Columns: []string{"users.name", "users.folded", "users.looks", "users.role", "users.writes", "users.password_hash", "users.epoch", "users.created_at", "users.handle", "users.disabled_at", "views.name", "views.query", "views.user_id"},
		},
		{
			Name: "logins", Span: withAccount,
			Columns: []string{
				"passkeys.user_id", "passkeys.name", "passkeys.credential", "passkeys.record", "passkeys.created_at", "passkeys.used_at",
				"passkeys.doubted_at", "one_time_codes.user_id", "one_time_codes.sealed", "one_time_codes.since", "one_time_codes.last_step",
				"recovery_codes.user_id", "recovery_codes.hash",
			},
		},
		{
			Name: "site_checks", Span: atMost(akismet.Retention),
			Columns: []string{
				"site_checks.id", "site_checks.site_id", "site_checks.day", "site_checks.at", "site_checks.blog", "site_checks.pair",
				"site_checks.spam", "site_checks.discard", "site_checks.log_odds", "site_checks.model", "site_checks.sealed",
				"site_checks.said", "site_days.uid",
				"site_callbacks.check_id", "site_callbacks.sealed", "site_callbacks.verdict", "site_callbacks.run_at", "site_callbacks.attempts",
				"site_callbacks.problem", "site_callbacks.told", "site_callbacks.told_at",
			},
		},
		{
			Name: "site_lessons", Span: forGood,
			Columns: []string{"site_labels.lesson", "site_labels.author", "site_labels.wave", "site_labels.comment_id", "site_labels.at"},
		},
		{
			Name: "invitations", Span: privacy.Span{Text: "kept.until_days", For: account.InvitationLasts},
			Columns: []string{
				"invitations.hash", "invitations.role", "invitations.writes", "invitations.invited_by",
				"invitations.created_at", "invitations.expires_at",
			},
		},
		{
			Name: "sessions", Span: privacy.Span{Text: "kept.until_logout"},
			Columns: []string{
				"sessions.token_hash", "sessions.data", "sessions.expires_at", "sessions.name", "sessions.user_id", "sessions.began_at", "sessions.browser",
			},
		},
	}
}

// Impersonal is why each of the other columns holds nothing of anybody.
var Impersonal = map[string]string{
	"reports.id":                   "a number",
	"views.id":                     "a number",
	"sites.id":                     "a number",
	"sites.name":                   "of a site",
	"sites.hint":                   "of a key",
	"sites.key_index":              "of a key",
	"sites.created_at":             "when a key was made",
	"sites.revoked_at":             "when it was revoked",
	"sites.cost":                   "a setting",
	"sites.discard":                "a setting",
	"sites.shares":                 "a setting",
	"sites.per_minute":             "a setting",
	"sites.call_back":              "a setting",
	"site_days.day":                "a day",
	"tallies.post":                 "a post",
	"tallies.status":               "a status",
	"tallies.n":                    "counts comments",
	"site_counts.site_id":          "a number",
	"site_counts.blog":             "the address of a site",
	"site_counts.day":              "a day",
	"site_counts.spam":             "counts comments",
	"site_counts.ham":              "counts comments",
	"site_counts.missed_spam":      "counts comments",
	"site_counts.false_positives":  "counts comments",
	"site_left.site_id":            "a number",
	"site_left.blog":               "the address of a site",
	"site_left.at":                 "when a site said that it does not ask any more",
	"site_labels.seq":              "a number",
	"site_labels.site_id":          "a number",
	"site_labels.moderator":        "always 0: a site does not say who",
	"meta.name":                    "what the database knows about itself",
	"meta.value":                   "what the database knows about itself",
	"comments.id":                  "a number",
	"comments.uid":                 "random; nothing is sealed under it any more",
	"comments.revision":            "counts decisions",
	"comments.link":                "what makes a private link the one that opens it",
	"comments.pinned_at":           "what moderators did with a conversation",
	"comments.locked_at":           "what moderators did with a conversation",
	"rules.id":                     "a number",
	"closings.post":                "of the blog",
	"closings.closed":              "whether a post takes comments",
	"switches.name":                "of a switch",
	"switches.until_at":            "when it goes off",
	"work_used.answer":             "a hash of random numbers",
	"work_used.expires_at":         "when they are of no use",
	"comments.erased_at":           "when there was something of somebody; nothing is left",
	"threads.post":                 "of the blog",
	"beside.comment_id":            "a number",
	"models.version":               "a number",
	"models.data":                  "weights of hashes of words",
	"opinions.comment_id":          "a number",
	"opinions.expires_at":          "when something goes",
	"opinions.run_at":              "when another filter is to be asked",
	"opinions.tell_at":             "when it is to be told",
	"opinions.attempts":            "counts questions",
	"opinions.rechecks":            "whether it is asked a second time",
	"opinions.error":               "why it did not answer",
	"opinions.server":              "the host of another filter",
	"threads.revision":             "counts changes of a thread",
	"labels.seq":                   "a number",
	"audit.id":                     "a number",
	"audit.previous":               "the hash of a line, with nothing to try it by that is not beside it",
	"audit.hash":                   "the hash of a line, with nothing to try it by that is not beside it",
	"notes.id":                     "a number",
	"notice_targets.id":            "a number",
	"notice_targets.feed":          "counts links",
	"notice_targets.feeds":         "counts links",
	"notice_targets.told_held":     "how far notices have come",
	"notice_targets.told_dead":     "how far notices have come",
	"notice_targets.told_report":   "how far notices have come",
	"notices.id":                   "a number",
	"notices.target_id":            "a number",
	"notices.held":                 "counts comments",
	"notices.dead":                 "counts mails",
	"notices.reports":              "counts reports",
	"notices.run_at":               "when a notice is to be tried",
	"notices.locked_until":         "when a notice is to be tried",
	"notices.attempts":             "how often it was",
	"used_links.hash":              "of a link that works no more",
	"used_links.expires_at":        "when a link works no more",
	"acts.id":                      "a number",
	"acts.total":                   "counts comments",
	"acts.comment_id":              "a number",
	"act_parts.act_id":             "a number",
	"act_parts.n":                  "a number",
	"act_parts.part":               "which kind of thing it is",
	"act_parts.comment_id":         "a number",
	"act_changes.act_id":           "a number",
	"act_changes.comment_id":       "a number",
	"act_changes.was_revision":     "counts decisions",
	"act_changes.revision":         "counts decisions",
	"act_changes.label":            "a number",
	"act_changes.edit_id":          "a number",
	"act_changes.undone":           "whether it is taken back",
	"jobs.id":                      "a number",
	"jobs.act_id":                  "a number",
	"jobs.total":                   "counts comments",
	"jobs.cursor":                  "a number",
	"jobs.done":                    "counts comments",
	"jobs.skipped":                 "counts comments",
	"jobs.failed":                  "counts comments",
	"jobs.error":                   "what the database said",
	"jobs.ended_at":                "when a job was done",
	"jobs.cancelled":               "whether it was",
	"job_items.job_id":             "a number",
	"job_items.comment_id":         "a number",
	"job_items.revision":           "counts decisions",
	"notes.comment_id":             "a number",
	"users.id":                     "a number",
	"passkeys.id":                  "a number",
	"invitations.id":               "a number",
	"imported_labels.seq":          "a number",
	"imported_labels.site":         "random, of a database",
	"imported_labels.site_seq":     "a number",
	"imported_labels.site_comment": "a number",
	"receipts.comment_id":          "a number",
	"people.id":                    "a number",
	"edits.id":                     "a number",
	"edits.comment_id":             "a number",
	"outbox.id":                    "a number",
	"outbox.run_at":                "when a mail is to be tried",
	"outbox.locked_until":          "when a mail is to be tried",
	"outbox.attempts":              "how often it was",
	"mentions.comment_id":          "a number",
	"mentions.run_at":              "when a page is to be fetched",
	"mentions.attempts":            "how often it was",
	"mentions_sent.post":           "of the blog",
	"mentions_sent.target":         "a link in a post of the blog",
	"mentions_sent.source":         "the address of a post",
	"mentions_sent.endpoint":       "the address of a program",
	"mentions_sent.run_at":         "when a page is to be told",
	"mentions_sent.attempts":       "how often it was",
	"mentions_sent.sent_at":        "when it was",
	"mentions_sent.error":          "why it was not",
	"mentions_sent.removed":        "whether the link is gone",
	"mentions_sent.at":             "when that came about",
}

// Calls is what the database sends elsewhere, if it is on a server.
func Calls() []privacy.Call {
	return []privacy.Call{{
		Name: "database", When: privacy.WithDatabase, Comment: true, By: []string{"internal/store.connectPostgres"},
	}}
}

// OnServer reports whether the database is on a server rather than in a file.
func (db *DB) OnServer() bool { return db.queue == nil }
