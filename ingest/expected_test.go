package ingest_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"almanac/ingest"
)

func expectedFile(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "plan.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAShopsOwnForecastIsReadInWeeks(t *testing.T) {
	day := func(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		text string
		want []ingest.Expected
	}{
		"weeks":                {"sku,week,units\nmug,2026-W10,12\nmug,2026-W11,7.5\nbowl,2026w9,3\n", []ingest.Expected{{"bowl", day(2, 23), 3}, {"mug", day(3, 2), 12}, {"mug", day(3, 9), 7.5}}},
		"days are added up":    {"Item Code;Date;Forecast\nmug;01.03.2026;1\nmug;02.03.2026;2\nmug;08.03.2026;4\nmug;13.03.2026;8\n", []ingest.Expected{{"mug", day(2, 23), 1}, {"mug", day(3, 2), 6}, {"mug", day(3, 9), 8}}},
		"comma":                {"sku;Woche;Menge\nmug;2026-03-04;1.250,5\n", []ingest.Expected{{"mug", day(3, 2), 1250.5}}},
		"first week of a year": {"sku,week,units\nmug,2026-W1,2\n", []ingest.Expected{{"mug", time.Date(2025, 12, 29, 0, 0, 0, 0, time.UTC), 2}}},
	} {
		f, err := ingest.ReadExpected(expectedFile(t, c.text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff(c.want, f.Items); d != "" || f.Refused != 0 {
			t.Errorf("%s: %d refused\n%s", name, f.Refused, d)
		}
	}
}

func TestRowsOfAForecastThatCannotBeReadAreNamed(t *testing.T) {
	f, err := ingest.ReadExpected(expectedFile(t, "sku,week,units\nmug,2026-W10,12\n,2026-W10,1\nmug,2026-W60,1\nmug,soon,1\nmug,2026-W11,-4\nmug,2026-W11,many\nmug\n"))
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	lines := map[int64]bool{}
	for _, e := range f.Faults {
		codes = append(codes, e.Code)
		lines[e.Line] = e.Remedy != ""
	}
	if len(f.Items) != 1 || f.Rows != 7 || f.Refused != 6 || len(lines) != 6 || lines[2] {
		t.Errorf("%d items, %d rows, %d refused: %v at %v", len(f.Items), f.Rows, f.Refused, codes, lines)
	}
}

func TestAForecastFileThatCannotBeReadSaysWhatToDo(t *testing.T) {
	for text, code := range map[string]string{
		"sku,units\nmug,3\n":                          "missing_columns",
		"":                                            "empty_file",
		"sku,week,units\nmug,soon,3\n":                "bad_date",
		"sku,date,units\nmug,03/04/2026,3\n":          "ambiguous_dates",
		"sku;week;units\nmug;2026-W10;1,000\n":        "ambiguous_numbers",
		"sku,week,units\nmug,2026-W53,3\n":            "",
		"sku,week,units\nmug,2025-W53,3\n":            "bad_date",
		"sku,week,units\n":                            "no_rows",
		"PK\x03\x04 a spreadsheet, not a text file\n": "binary",
	} {
		_, err := ingest.ReadExpected(expectedFile(t, text))
		var e *ingest.Error
		if code == "" {
			if err != nil {
				t.Errorf("%q: %v", text, err)
			}
			continue
		}
		if !errors.As(err, &e) || e.Code != code || e.Remedy == "" {
			t.Errorf("%q: %v, want %s", text, err, code)
		}
	}
}

func FuzzExpected(f *testing.F) {
	f.Add("sku,week,units\nmug,2026-W10,12\n")
	f.Add("sku;date;units\nmug;1.2.2026;1.000,5\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ingest.ReadExpected(expectedFile(t, text))
		if err != nil {
			return
		}
		for _, e := range r.Items {
			if e.SKU == "" || e.Week.Weekday() != time.Monday || !(e.Units >= 0) {
				t.Errorf("%q gives %+v", text, e)
			}
		}
		if int64(len(r.Items)) > r.Rows {
			t.Errorf("%q: %d items of %d rows", text, len(r.Items), r.Rows)
		}
	})
}
