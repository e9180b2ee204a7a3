package serve

import (
	"encoding/csv"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// csvRows is the most rows of a list that is exported.
const csvRows = 200_000

// writeCSV writes the items of a list, one column per simple field, named as in JSON. Lists inside an
// item are left out. Money stays in minor units, as the names of the columns say.
func writeCSV(w io.Writer, v any) error {
	list := reflect.ValueOf(v).FieldByName("Items")
	if list.Kind() != reflect.Slice || list.Type().Elem().Kind() != reflect.Struct {
		return fmt.Errorf("%T is not a list that can be written as CSV", v)
	}
	var names []string
	var index []int
	t := list.Type().Elem()
	for i := range t.NumField() {
		f := t.Field(i)
		if _, ok := cell(reflect.Zero(f.Type)); ok {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			names, index = append(names, name), append(index, i)
		}
	}
	out := csv.NewWriter(w)
	if err := out.Write(names); err != nil {
		return err
	}
	row := make([]string, len(index))
	for i := range list.Len() {
		for j, f := range index {
			row[j], _ = cell(list.Index(i).Field(f))
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// cell is a value as text; ok is false for values that are no single cell. An absent value is empty.
func cell(v reflect.Value) (text string, ok bool) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			_, ok := cell(reflect.Zero(v.Type().Elem()))
			return "", ok
		}
		return cell(v.Elem())
	}
	if t, isTime := v.Interface().(time.Time); isTime {
		if t.IsZero() {
			return "", true
		}
		return t.UTC().Format(time.RFC3339), true
	}
	switch v.Kind() {
	case reflect.String:
		return harmless(v.String()), true
	case reflect.Int, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10), true
	case reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'f', -1, 64), true
	case reflect.Bool:
		return strconv.FormatBool(v.Bool()), true
	}
	return "", false
}

// harmless keeps a spreadsheet from running a text as a formula (OWASP, "CSV Injection").
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}
