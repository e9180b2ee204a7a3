package serve

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"syscall"

	"almanac/history"
	"almanac/ingest"
	"almanac/program/reorder/replay"
	"almanac/serve/auth"
	"almanac/serve/jobs"
	"almanac/serve/problem"
	"almanac/serve/storefront/rules"
	"almanac/shop"
)

// remedied is an error that knows what to do about itself; packages below may offer it.
type remedied interface {
	error
	Remedy() string
}

// mapped turns errors of the packages below into problems. The first that fits is taken.
var mapped = []struct {
	is     error
	status int
	code   string
	title  string
	remedy string
}{
	{auth.ErrWrongSignIn, 401, "wrong_sign_in", "E-mail or password is wrong", "Check both. An administrator can make a new sign-in link."},
	{auth.ErrLinkUsed, 401, "link_used", "This link does not work any more", "A one-time link works once, for a day. Ask an administrator for a new one, or run: almanac user link"},
	{auth.ErrTooMany, 429, "too_many_attempts", "Too many attempts", "Wait a minute and try again."},
	{auth.ErrNoSession, 401, "signed_out", "You are signed out", "Sign in and try again."},
	{auth.ErrNoKey, 404, "not_found", "There is no such key", "Go back to the list; it may have been removed."},
	{auth.ErrNoUser, 404, "not_found", "There is no such user", "Go back to the list; it may have been removed."},
	{auth.ErrEmailTaken, 409, "email_taken", "This e-mail address is taken", "Use another address, or change the existing user."},
	{auth.ErrBadEmail, 422, "bad_email", "This is not an e-mail address", "Write it like name@example.com."},
	{auth.ErrWeakPassword, 422, "weak_password", "The password is too short", "Use at least 10 characters; a few words are easy to remember."},
	{auth.ErrWrongPassword, 403, "wrong_password", "The current password is wrong", "Type the password that you signed in with."},
	{auth.ErrLastAdmin, 409, "last_admin", "Somebody must stay in charge", "Make another person an administrator of all shops first."},
	{auth.ErrBadRole, 422, "bad_role", "There is no such role", "Use viewer, operator, approver or admin."},
	{auth.ErrBadKind, 422, "bad_kind", "There is no such kind of key", "Use write or server."},
	{auth.ErrBadOrigin, 422, "bad_origin", "This is not an origin", "Write it like https://shop.example, without a path."},
	{shop.ErrNotFound, 404, "not_found", "There is no such shop", "Choose one that GET /api/session lists."},
	{rules.ErrNone, 404, "not_found", "There is no such rule", "Go back to the list; it may have been removed."},
	{rules.ErrFull, 409, "too_many_rules", "There are too many rules", "Remove rules that are over, or let one rule name several products."},
	{history.ErrNoImport, 404, "not_found", "There is no such import", "Go back to the list of imports."},
	{history.ErrTakenBack, 409, "taken_back", "This import is taken back already", "Import its file again if you need it."},
	{history.ErrImporting, 409, "busy", "This file is still being imported", "Wait until it is read, or cancel the job."},
	{history.ErrUntraced, 409, "untraced", "The record does not know which facts came with this import", "It was made by an older version: restore a backup from before it."},
	{history.ErrFull, 503, "disk_full", "The server's disk is nearly full", "Nothing of this request was recorded. Free some space on the server's disk and send it again."},
	{history.ErrDisk, 503, "disk_failed", "The server's disk failed", "Nothing of this request was recorded. Check the disk, start the server again, and send it again."},
	{history.ErrClosed, 503, "stopping", "The server is stopping", "Try again in a moment."},
	{replay.ErrShort, 422, "history_short", "The history is too short to live through again", "Import older orders, or come back when there are 22 weeks of them."},
	{jobs.ErrBusy, 409, "busy", "Such a job is running already", "Wait until it has finished, or cancel it."},
	{jobs.ErrNoJob, 404, "not_found", "There is no such job", "Go back to the list; finished jobs are forgotten after a while."},
	{errNoUpload, 404, "not_found", "There is no such upload", "Choose the file again; uploads are kept for a day."},
	{errNoSpace, 507, "disk_full", "The disk is too full for this file", "Free some space on the server's disk, or use a smaller file."},
	{syscall.ENOSPC, 507, "disk_full", "The server's disk is full", "Free some space on the server's disk and try again. Nothing was lost."},
	{syscall.EDQUOT, 507, "disk_full", "The server's disk quota is used up", "Free some space on the server's disk and try again. Nothing was lost."},
	{context.DeadlineExceeded, 503, "timeout", "This took too long", "Try again, or ask for less at a time."},
}

// aboutFile explains what is wrong with an uploaded file; nil where the error is about something else.
func aboutFile(err error) *problem.Problem {
	var bad *ingest.Error
	if errors.As(err, &bad) {
		p := problem.New(http.StatusUnprocessableEntity, "file_"+bad.Code, "The file cannot be read", bad.Error(), bad.Remedy)
		if bad.Line > 0 || bad.Column != "" {
			p.With(problem.Fault{Location: strings.TrimSpace(fmt.Sprintf("line %d %s", bad.Line, bad.Column)), Message: bad.Message})
		}
		return p
	}
	var ask *ingest.NeedsAnswers
	if errors.As(err, &ask) {
		p := problem.Invalid("The file cannot tell everything.", "Answer the questions listed under errors.")
		for _, q := range ask.Questions {
			p.With(problem.Fault{Location: q.Code, Message: q.Text})
		}
		return p
	}
	return nil
}

// problem is the one place where errors become answers. What is unexpected goes to the log, with the id
// that the answer carries; the answer itself does not tell the cause.
func (s *Server) problem(ctx context.Context, err error) *problem.Problem {
	p := classify(ctx, err)
	p.ID = requestID(ctx)
	if p.Status >= 500 && !errors.Is(err, context.Canceled) {
		s.Log.ErrorContext(ctx, "request failed", "id", p.ID, "code", p.Code, "error", err)
	}
	return p
}

func classify(ctx context.Context, err error) *problem.Problem {
	var p *problem.Problem
	if errors.As(err, &p) {
		c := *p
		return &c
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return problem.TooLarge(bytesText(tooLarge.Limit))
	}
	for _, r := range mapped {
		if errors.Is(err, r.is) {
			p := problem.New(r.status, r.code, r.title, r.is.Error(), r.remedy).Because(err)
			if r.status == http.StatusTooManyRequests {
				p.RetryAfter(60)
			}
			return p
		}
	}
	if p := aboutFile(err); p != nil {
		return p.Because(err)
	}
	var known remedied
	if errors.As(err, &known) {
		return problem.Invalid(known.Error(), known.Remedy()).Because(err)
	}
	if ctx.Err() != nil { // the client went away; nobody reads this
		return problem.New(499, "gone", "The client closed the connection", "", "")
	}
	return problem.Internal(err)
}
