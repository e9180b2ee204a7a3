package recommend

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// attributes reads what is known of items from NAME.item2attributes.json beside NAME.sequences.txt, where there is one.
func (s *Set) attributes(path string) error {
	name, _, ok := strings.Cut(path, ".sequences")
	if !ok {
		return nil
	}
	for _, ending := range []string{".item2attributes.json.gz", ".item2attributes.json"} {
		text, err := load(name + ending)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		var of map[string][]int32
		if err := json.Unmarshal(text, &of); err != nil {
			return fmt.Errorf("%s is not an object of lists of numbers: %w", name+ending, err)
		}
		s.Attributes = make([][]int32, len(s.Items))
		for id, list := range of {
			if n := s.known(id); n >= 0 {
				slices.Sort(list)
				s.Attributes[n] = slices.Compact(list)
			}
		}
		s.paths = append(s.paths, name+ending)
		return nil
	}
	return nil
}
