// Command summary reads what test runs wrote (the JSON of `go test -json`, the TAP of `node --test`) and
// tells in plain lines what failed, what was skipped and why, and how many tests there were.
//
//	go run ./scripts/summary [-short] FILE…
//
// With -short it leaves out what failing tests said. It ends with 1 where a test failed or a file holds none.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// tally is what was counted in one file or in all of them.
type tally struct {
	passed, failed int
	skipped        map[string]int // by reason
}

func (t *tally) add(o tally) {
	t.passed += o.passed
	t.failed += o.failed
	for why, n := range o.skipped {
		t.skipped[why] += n
	}
}

func (t *tally) String() string {
	n := 0
	for _, v := range t.skipped {
		n += v
	}
	return fmt.Sprintf("%d passed, %d failed, %d skipped", t.passed, t.failed, n)
}

func (t *tally) reasons() (out []string) {
	for why, n := range t.skipped {
		out = append(out, fmt.Sprintf("skipped %d: %s", n, why))
	}
	slices.Sort(out)
	return out
}

func main() {
	short := flag.Bool("short", false, "leave out what failing tests said")
	flag.Parse()
	say := io.Writer(os.Stdout)
	if *short {
		say = io.Discard
	}
	total := tally{skipped: map[string]int{}}
	for _, name := range flag.Args() {
		if err := count(name, say, &total); err != nil {
			fmt.Fprintln(os.Stderr, err)
			total.failed++
		}
	}
	for _, line := range total.reasons() {
		fmt.Println(line)
	}
	fmt.Println(&total)
	if total.failed > 0 {
		os.Exit(1)
	}
}

func count(name string, say io.Writer, total *tally) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	read := readGo
	if filepath.Ext(name) == ".tap" {
		read = readTAP
	}
	t, err := read(f, say)
	_ = f.Close()
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(name), err)
	}
	if t.passed+t.failed+len(t.skipped) == 0 {
		return fmt.Errorf("%s: no test was run", strings.TrimSuffix(filepath.Base(name), filepath.Ext(name)))
	}
	total.add(t)
	return nil
}
