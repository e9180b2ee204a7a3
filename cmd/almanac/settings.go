package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"
)

// readSettings finds the settings file that the arguments or the environment name, before the arguments
// are parsed, and makes its keys defaults for flags. A flag of a command is found under the command's name
// ("serve: {listen: …}") or at the top. A file that was named must exist; almanac.yaml need not.
func readSettings(args []string) (kong.Resolver, error) {
	path, named := "almanac.yaml", false
	if v := os.Getenv("ALMANAC_CONFIG"); v != "" {
		path, named = v, true
	}
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--config="); ok {
			path, named = v, true
		} else if a == "--config" && i+1 < len(args) {
			path, named = args[i+1], true
		}
	}
	k := koanf.New(".")
	if err := k.Load(file.Provider(path), yaml.Parser()); err != nil {
		if errors.Is(err, fs.ErrNotExist) && !named {
			return kong.ResolverFunc(func(*kong.Context, *kong.Path, *kong.Flag) (any, error) { return nil, nil }), nil
		}
		return nil, &hint{fmt.Errorf("settings file %s: %w", path, err), "Correct the file, or name another with --config.", exitUsage}
	}
	return kong.ResolverFunc(func(_ *kong.Context, parent *kong.Path, f *kong.Flag) (any, error) {
		name := strings.ReplaceAll(f.Name, "-", "_")
		if parent != nil {
			for n := parent.Command; n != nil && n.Type == kong.CommandNode; n = n.Parent { // also "import: {…}" for what import does by default
				if v := k.Get(n.Name + "." + name); v != nil {
					return v, nil
				}
			}
		}
		if v := k.Get(name); v != nil {
			return v, nil
		}
		return nil, nil
	}), nil
}
