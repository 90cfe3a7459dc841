package web

import (
	"context"

	"github.com/labstack/echo/v4"

	"hamlet/internal/account"
	"hamlet/internal/comment"
	"hamlet/internal/desk"
	"hamlet/internal/site"
)

// commentsPath is where comments are sent.
const commentsPath = "/posts/:slug/comments"

// confirmPath and stopPath are where the links of mails lead.
const (
	confirmPrefix = "/comments/confirm/"
	confirmPath   = confirmPrefix + ":token"
	// confirmHere is confirmPath for the form on that page: the cookie of known authors is
	// sent there.
	confirmHere     = authorCookiePath + "/confirm/"
	confirmHerePath = confirmHere + ":token"
	stopPath        = "/comments/stop/:token"
)

// routes is the whole HTTP surface, a line a route, with its middleware on the
// line. GET routes answer HEAD too.
func (s *Server) routes() {
	// Reading: list.go, post.go, report.go, search.go, public.go, feeds.go, file.go, assets.go.
	s.get("/", s.front)
	s.get("/page/:n", s.front)
	s.get("/posts", redirectTo("/"))
	for _, t := range site.Taxonomies() {
		list := "/" + string(t)
		s.get(list, s.terms(t))
		s.get(list+"/:term", s.listed(t))
		s.get(list+"/:term/page/:n", s.listed(t))
		for _, f := range feedFormats {
			s.get(list+"/:term/"+string(f.format), s.termFeed(t, f.format))
		}
	}
	s.get("/archive", s.archive)
	s.get("/archive/:year", s.archived)
	s.get("/archive/:year/page/:n", s.archived)
	s.get("/archive/:year/:month", s.archived)
	s.get("/archive/:year/:month/page/:n", s.archived)
	s.get("/comment/:id", s.showComment)
	s.get("/comment/:id/report", s.reportForm)
	s.echo.POST("/comment/:id/report", s.report)
	s.get("/comment/:id/reported", s.reported)
	s.get("/search", s.search)
	s.get("/privacy", s.privacy)

	// For machines: feeds.go, assets.go.
	for _, f := range feedFormats {
		s.get("/"+string(f.format), s.feed(f.format))
	}
	s.get("/comments.xml", s.showComments)
	s.get("/sitemap.xml", s.document((*site.Site).Sitemap))
	s.get("/sitemap-:part", s.sitemapPart)
	s.get("/robots.txt", s.document((*site.Site).Robots))
	s.get("/opensearch.xml", s.document((*site.Site).OpenSearch))
	s.get("/.well-known/security.txt", s.securityTxt)
	s.get("/security.txt", redirectTo("/.well-known/security.txt"))
	s.get("/manifest.webmanifest", s.showManifest)
	s.get("/favicon.ico", s.icon("favicon.ico"))
	s.get("/apple-touch-icon.png", s.icon("apple-touch-icon.png"))
	s.get("/static/*", s.static)
	s.get("/media/:version/*", s.media)
	s.get("/media/cards/site.png", s.siteCard)
	s.get("/media/cards/:kind/:card", s.postCard)

	// Before a post is shown: preview.go.
	s.get("/preview/:code/:kind/:slug", s.preview)
	s.get("/preview/:code/:kind/:slug/*", s.previewFile)

	// What is in the content folder: address.go. The first two are no different
	// from the third, but for the log.
	s.get("/posts/:slug", s.anything)
	s.get("/posts/:slug/*", s.anything)
	s.get("/*", s.anything)

	// Commenting: comment.go, with the rate limit inside, so that the answer can
	// give the text back.
	s.get(commentsPath, s.backToPost)
	s.echo.POST(commentsPath, s.postComment)
	s.echo.POST("/comments/forget", s.forget)

	s.mailedRoutes()
	s.ownRoutes()

	s.sharedRoutes()

	s.deskRoutes()
	s.filterRoutes()
}

// get registers a handler for GET and HEAD.
func (s *Server) get(path string, h echo.HandlerFunc, m ...echo.MiddlewareFunc) {
	s.echo.GET(path, h, m...)
	s.echo.HEAD(path, h, m...)
}

// mailedRoutes are behind the links of mails: mail.go.
func (s *Server) mailedRoutes() {
	s.get(confirmPath, s.confirmPage, s.secret)
	s.echo.POST(confirmPath, s.confirm, s.secret)
	s.echo.POST(confirmHerePath, s.confirmHere, s.secret)
	s.get(stopPath, s.stopPage, s.secret)
	s.echo.POST(stopPath, s.stop, s.secret)
}

// ownRoutes are what is the author's own, behind a private link: mine.go, mine_steps.go,
// mine_data.go.
func (s *Server) ownRoutes() {
	s.get("/comments/links", s.linksForm)
	s.echo.POST("/comments/links", s.askLinks, s.counted(s.mineLimits.asks))
	s.get(erasedPath, s.erased)
	s.get("/comments/erase/:token", s.eraseAllForm, s.secret)
	s.echo.POST("/comments/erase/:token", s.eraseAll, s.secret, s.counted(s.mineLimits.steps))
	s.get("/comments/:token", s.mine, s.secret)
	s.get("/comments/:token/edit", s.editForm, s.secret)
	s.echo.POST("/comments/:token/edit", s.edit, s.secret)
	s.get("/comments/:token/erase", s.eraseForm, s.secret)
	s.get("/comments/:token/data", s.mineData, s.secret)
	s.get("/comments/:token/data.json", s.mineJSON, s.secret)
	s.echo.POST("/comments/:token/erase", s.eraseOne, s.secret, s.counted(s.mineLimits.steps))
	s.step("withdraw-edit", s.Comments.WithdrawEdit)
	s.step("withdraw", s.Comments.Withdraw)
	s.step("put-back", s.Comments.PutBack)
	s.step("mute", s.muteReplies(true))
	s.step("unmute", s.muteReplies(false))
	s.get("/comments/:token/renew", s.renewForm, s.secret)
	s.echo.POST("/comments/:token/renew", s.renewLink, s.secret, s.counted(s.mineLimits.steps))
	s.mineForm("erase-all", s.askErasure)
}

// sharedRoutes are for programs and for pages of other sites: api.go, api_send.go, work.go,
// embed.go, cors.go.
func (s *Server) sharedRoutes() {
	s.get(apiDocument, s.showOpenAPI)
	s.get(apiComments, s.showThreadJSON)
	s.echo.POST(apiComments, s.sendJSON)
	s.echo.OPTIONS(apiComments, s.preflight("GET, HEAD, POST"))
	s.echo.POST(apiPreview, s.previewJSON)
	s.echo.OPTIONS(apiPreview, s.preflight("POST"))
	s.get(apiWork, s.showWork)
	s.echo.OPTIONS(apiWork, s.preflight("GET, HEAD"))
	s.get(apiComment, s.showCommentJSON)
	s.echo.OPTIONS(apiComment, s.preflight("GET, HEAD"))
	s.get(embedScript, s.embedFile("embed.js"))
	s.get(embedWork, s.embedFile("work.js"))
	s.get(embedThread, s.embedFile("thread.js"))
	s.get(embedStyle, s.embedFile("embed.css"))
	s.get(embedPosts, s.showEmbed)
	s.get(embedPosts+embedLive, s.showEmbedLive)
	s.get(embedPosts+"/*", s.showEmbed)
}

// deskRoutes are the moderators': session.go, setup.go, login.go, queue.go, told.go,
// posts.go, decide.go, undo.go, bulk.go, waves.go, correct.go, edits.go.
func (s *Server) deskRoutes() {
	s.get("/admin", s.admin, s.session, s.moderator)
	s.get(queuePath, s.queue, s.session, s.moderator)
	s.get(deskManifest, s.showDeskManifest)
	s.get(deskLive, s.showDeskLive, s.session, s.moderator)
	s.get("/admin/edits", s.edits, s.session, s.moderator)
	s.echo.POST("/admin/edits/:id/:edit/:verdict", s.decideEdit, s.session, s.moderator)
	s.get("/admin/content", s.posts, s.session, s.moderator)
	s.get("/admin/mail", s.mails, s.session, s.moderator)
	s.echo.POST("/admin/mail/:id/retry", s.retryMail, s.session, s.moderator)
	s.echo.POST("/admin/mail/:id/discard", s.discardMail, s.session, s.moderator)
	s.get("/admin/comments/:id", s.look, s.session, s.moderator)
	s.get("/admin/audit", s.audit, s.session, s.moderator)
	s.get("/admin/audit.csv", s.exportAudit(desk.CSV, "text/csv; charset=utf-8"), s.session, s.moderator)
	s.get("/admin/audit.jsonl", s.exportAudit(desk.JSONL, "application/jsonl"), s.session, s.moderator)
	s.get("/admin/comments/:id/edit", s.writeForm(false), s.session, s.moderator)
	s.echo.POST("/admin/comments/:id/edit", s.correct, s.session, s.moderator)
	s.get("/admin/comments/:id/reply", s.writeForm(true), s.session, s.moderator)
	s.echo.POST("/admin/comments/:id/reply", s.replyTo, s.session, s.moderator)
	s.get(actsPath, s.acts, s.session, s.moderator)
	s.get(bulkPath, s.askMany, s.session, s.moderator)
	s.echo.POST(bulkPath, s.doMany, s.session, s.moderator, s.provenToDeleteMany)
	s.get("/admin/waves/:id", s.wave, s.session, s.moderator)
	s.get("/admin/jobs/:id", s.job, s.session, s.moderator)
	s.echo.POST("/admin/jobs/:id/cancel", s.cancelJob, s.session, s.moderator)
	s.echo.POST("/admin/acts/:id/undo", s.undo, s.session, s.moderator, s.provenToUndo)
	s.get(rulesPath, s.rules, s.session, s.moderator)
	s.echo.POST(rulesPath, s.addRule, s.session, s.moderator)
	s.get(rulesPath+"/:id", s.rule, s.session, s.moderator)
	s.echo.POST(rulesPath+"/:id", s.changeRule, s.session, s.moderator)
	s.echo.POST(rulesPath+"/:id/remove", s.removeRule, s.session, s.moderator)
	s.echo.POST("/admin/attack", s.switchAttack, s.session, s.moderator)
	s.echo.POST("/admin/posts", s.closePost, s.session, s.moderator)
	s.echo.POST("/admin/comments/:id/thread/:what", s.arrange, s.session, s.moderator)
	s.echo.POST("/admin/comments/:id/:action", s.decide, s.session, s.moderator, s.provenTo("action", string(comment.Delete)))
	s.besideRoutes()
	s.awayRoutes()
	s.doorRoutes()
	s.accountRoutes()
	s.siteRoutes()
}

// awayRoutes are for moderators who are not at the desk: notices.go, do.go.
func (s *Server) awayRoutes() {
	s.get(noticesPath, s.notices, s.session, s.moderator)
	s.echo.POST(noticesPath, s.setNotices, s.session, s.moderator)
	s.echo.POST(noticesPath+"/feed", s.setFeed, s.session, s.moderator, s.proven)
	s.echo.POST(noticesPath+"/hooks/:id", s.setHook, s.session, s.moderator)
	s.echo.POST(noticesPath+"/hooks/:id/test", s.testHook, s.session, s.moderator)
	s.echo.POST(noticesPath+"/hooks/:id/remove", s.removeHook, s.session, s.moderator)
	s.echo.POST(noticesPath+"/:id/retry", s.retryNotice, s.session, s.moderator)
	s.echo.POST(noticesPath+"/:id/discard", s.discardNotice, s.session, s.moderator)
	s.get("/admin/feed/:token", s.showQueueFeed, s.secret, s.counted(s.mineLimits.steps))
	s.get("/admin/do/done/:action", s.did)
	s.get(doPath, s.asking, s.secret, s.counted(s.mineLimits.steps))
	s.echo.POST(doPath, s.doing, s.secret, s.counted(s.mineLimits.steps))
}

// besideRoutes are what moderators have beside comments and lists: beside.go, report.go,
// views.go, mentions_sent.go.
func (s *Server) besideRoutes() {
	s.echo.POST("/admin/comments/:id/note", s.addNote, s.session, s.moderator)
	s.echo.POST("/admin/comments/:id/note/:note/remove", s.removeNote, s.session, s.moderator)
	s.echo.POST("/admin/comments/:id/assign", s.assign, s.session, s.moderator)
	s.echo.POST("/admin/comments/:id/reports/dismiss", s.dismissReports, s.session, s.moderator)
	s.echo.POST("/admin/comments/:id/reports/reopen", s.reopenReports, s.session, s.moderator)
	s.get(viewsPath, s.showViews, s.session, s.moderator)
	s.get(sentPath, s.sent, s.session, s.moderator)
	s.echo.POST(viewsPath, s.saveView, s.session, s.moderator)
	s.echo.POST(viewsPath+"/:id/rename", s.renameView, s.session, s.moderator)
	s.echo.POST(viewsPath+"/:id/remove", s.removeView, s.session, s.moderator)
}

// doorRoutes lead in and out: login.go, setup.go.
func (s *Server) doorRoutes() {
	s.get("/admin/login", s.loginForm, s.session)
	s.echo.POST("/admin/login", s.login, s.session)
	s.echo.POST("/admin/login/second", s.second, s.session)
	s.echo.POST("/admin/login/passkey", s.passkeyLogin, s.session, s.counted(s.logins.passkeys))
	s.echo.POST("/admin/login/options", s.loginOptions, s.session, s.counted(s.logins.passkeys))
	s.echo.POST("/admin/logout", s.logout, s.session)
	s.get("/admin/setup", s.setupForm, s.session)
	s.echo.POST("/admin/setup", s.setup, s.session)
}

// accountRoutes are for who may do what: own_account.go, users.go, prove.go.
func (s *Server) accountRoutes() {
	in := []echo.MiddlewareFunc{s.session, s.moderator}
	proven := []echo.MiddlewareFunc{s.session, s.moderator, s.proven}
	owner := []echo.MiddlewareFunc{s.session, s.moderator, s.may(account.ManageUsers)}
	ownerProven := []echo.MiddlewareFunc{s.session, s.moderator, s.may(account.ManageUsers), s.proven}
	s.echo.POST("/admin/prove", s.prove, in...)
	s.echo.POST("/admin/prove/options", s.proveOptions, in...)
	s.get(accountPath, s.account, in...)
	s.echo.POST("/admin/account/password", s.setPassword, proven...)
	s.get("/admin/account/passkeys", s.passkeyForm, proven...)
	s.echo.POST("/admin/account/passkeys", s.addPasskey, proven...)
	s.echo.POST("/admin/account/passkeys/options", s.passkeyOptions, proven...)
	s.echo.POST("/admin/account/passkeys/:id/remove", s.removePasskey, proven...)
	s.echo.POST("/admin/account/codes", s.startOTP, proven...)
	s.echo.POST("/admin/account/codes/confirm", s.confirmOTP, proven...)
	s.echo.POST("/admin/account/codes/off", s.dropOTP, proven...)
	s.echo.POST("/admin/account/recovery", s.renewCodes, proven...)
	s.echo.POST("/admin/account/sessions", s.endOwn, proven...)
	s.get(usersPath, s.users, owner...)
	s.echo.POST("/admin/users/invitations", s.invite, ownerProven...)
	s.echo.POST("/admin/users/invitations/:id/revoke", s.revoke, ownerProven...)
	s.echo.POST("/admin/users/:id/:action", s.changeUser, ownerProven...)
	// Guesses of the secret are counted; whoever is invited opens the page a few times.
	open := []echo.MiddlewareFunc{s.session, s.invited, s.counted(s.logins.passkeys)}
	s.get("/admin/invitation/:token", s.invitation, open...)
	s.echo.POST("/admin/invitation/:token", s.acceptInvitation, open...)
	s.echo.POST("/admin/invitation/:token/options", s.invitationOptions, open...)
}

// elsewhere is for word of other sites: webmention.go.
func (s *Server) elsewhere() {
	if s.Mentions != nil {
		s.get(webmentionPath, s.mentionForm)
		s.echo.POST(webmentionPath, s.webmention)
	}
}

// mineForm registers a form on a comment's own page. A browser that asks for its address
// again gets the page.
func (s *Server) mineForm(name string, h echo.HandlerFunc) {
	s.get("/comments/:token/"+name, s.backToMine, s.secret)
	s.echo.POST("/comments/:token/"+name, h, s.secret, s.counted(s.mineLimits.steps))
}

// step registers a form on a comment's own page that leads back to it.
func (s *Server) step(name string, do func(ctx context.Context, token string) error) {
	s.mineForm(name, func(c echo.Context) error {
		if err := do(c.Request().Context(), c.Param("token")); err != nil {
			return err
		}
		return seeOther(c, minePath(c))
	})
}
