// Command summary reads the output of `go test -json` and tells in plain lines what failed, what was
// skipped and why, and how many tests there were.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
)

type event struct {
	Action, Package, Test, Output string
}

func main() {
	line := flag.Bool("line", false, "print the closing line only")
	flag.Parse()
	counts := map[string]int{}
	output := map[string][]string{}
	skipped := map[string]int{}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<24)
	for in.Scan() {
		var e event
		if json.Unmarshal(in.Bytes(), &e) != nil {
			continue
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "output":
			output[key] = append(output[key], e.Output)
		case "pass", "fail", "skip":
			if e.Test != "" {
				counts[e.Action]++
			}
			if e.Action == "fail" && !*line {
				fmt.Printf("--- FAIL %s\n%s", key, strings.Join(output[key], ""))
			}
			if e.Action == "skip" && e.Test != "" {
				skipped[reason(output[key])]++
			}
			delete(output, key)
		case "build-output", "build-fail":
			if !*line {
				fmt.Print(e.Output)
			}
		}
	}
	if !*line {
		var reasons []string
		for r, n := range skipped {
			reasons = append(reasons, fmt.Sprintf("skipped %d: %s", n, r))
		}
		slices.Sort(reasons)
		for _, r := range reasons {
			fmt.Println(r)
		}
	}
	fmt.Printf("%d passed, %d failed, %d skipped\n", counts["pass"], counts["fail"], counts["skip"])
}

// reason is the line that a test said when it skipped itself.
func reason(output []string) string {
	for _, o := range output {
		if _, why, ok := strings.Cut(o, ".go:"); ok {
			if _, why, ok = strings.Cut(why, ": "); ok {
				return strings.TrimSpace(why)
			}
		}
	}
	return "no reason given"
}
