package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// printJSON writes one document, and nothing else, to standard output.
func printJSON(t *terminal, v any) error {
	e := json.NewEncoder(t.out)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// say writes a line for people; with --json it is left out.
func (t *terminal) say(format string, args ...any) error {
	if t.json {
		return nil
	}
	_, err := fmt.Fprintf(t.out, format+"\n", args...)
	return err
}

// bar shows progress on standard error where that is a terminal; elsewhere it shows nothing.
func (t *terminal) bar() (tell progress, done func()) {
	f, ok := t.err.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return func(string, int64, int64) {}, func() {}
	}
	var bar *progressbar.ProgressBar
	var step string
	finish := func() {
		if bar != nil {
			_ = bar.Finish() // a bar that cannot be drawn is no reason to fail
			_, _ = fmt.Fprintln(f)
		}
	}
	return func(s string, done, total int64) {
		if total <= 0 {
			return
		}
		if s != step {
			finish()
			step = s
			bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(f), progressbar.OptionSetDescription(s),
				progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish())
		}
		bar.ChangeMax64(total)
		_ = bar.Set64(done) // as above
	}, finish
}
