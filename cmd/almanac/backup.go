package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"almanac/blob"
	"almanac/history/backup"
	"almanac/sqldb"
)

type backupCmd struct {
	To string `arg:"" help:"Folder or s3://bucket/prefix?endpoint=… that receives it. A second backup into the same place copies only what is new."`
}

// Run makes a backup. It takes no lock: a server may be running on the data folder.
func (c *backupCmd) Run(ctx context.Context, root *cli, term *terminal) (err error) {
	if root.DB != "" {
		return &hint{errors.New("a PostgreSQL database is not backed up by this command"),
			"Use pg_dump for the database and then copy the blob store; blobs never change, so the dump's are all there.", exitUsage}
	}
	path := filepath.Join(root.Data, "almanac.db")
	if _, err := os.Stat(path); err != nil {
		return &hint{fmt.Errorf("there is no record in %s", root.Data), "Name the data folder with --data.", exitUsage}
	}
	db, err := sqldb.Open(ctx, path, sqldb.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	a := &app{cli: root}
	from, err := a.openBlobs(ctx)
	if err != nil {
		return err
	}
	to, err := blob.Open(ctx, c.To)
	if err != nil {
		return &hint{err, "Check the address, and for S3 the credentials in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.", 0}
	}
	key, err := os.ReadFile(filepath.Join(root.Data, secretName))
	if err != nil {
		return fmt.Errorf("read the installation's secret: %w", err)
	}
	began := time.Now()
	tell, done := term.bar()
	defer done()
	ix, err := backup.Write(ctx, backup.Source{DB: db, Blobs: from, Files: map[string][]byte{secretName: key}, Version: version, Scratch: root.Data},
		to, began, func(n, total int64) { tell("Copying", n, total) })
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	done()
	if term.json {
		return printJSON(term, map[string]any{"ok": true, "made": ix.Made, "blobs": len(ix.Blobs), "database_parts": len(ix.Parts), "seconds": time.Since(began).Seconds()})
	}
	return term.say("Backed up to %s in %.1f s: the database and %d blobs. It holds the installation's secret: keep it as safe as the data.", c.To, time.Since(began).Seconds(), len(ix.Blobs))
}

type restoreCmd struct {
	From string `arg:"" help:"Folder or s3://bucket/prefix?endpoint=… of a backup."`
}

// Run restores a backup into an empty data folder and rebuilds state.
func (c *restoreCmd) Run(ctx context.Context, root *cli, term *terminal) (err error) {
	path := filepath.Join(root.Data, "almanac.db")
	if _, err := os.Stat(path); err == nil || root.DB != "" {
		return &hint{fmt.Errorf("%s holds a record already", root.Data), "Restore into a new folder: --data DIR.", exitUsage}
	}
	if err := os.MkdirAll(root.Data, 0o700); err != nil {
		return err
	}
	from, err := blob.Open(ctx, c.From)
	if err != nil {
		return &hint{err, "Check the address, and for S3 the credentials in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.", 0}
	}
	to, err := (&app{cli: root}).openBlobs(ctx)
	if err != nil {
		return err
	}
	tell, done := term.bar()
	defer done()
	ix, err := backup.Restore(ctx, from, backup.Target{Database: path, Blobs: to, Folder: root.Data}, func(n, total int64) { tell("Copying", n, total) })
	if err != nil {
		return &hint{fmt.Errorf("restore: %w", err), "Check that the address is the one that the backup was made to. The data folder holds no database yet; start again when that is mended.", 0}
	}
	a, err := open(ctx, root, term, "restore")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	if err := a.whole(ctx, false); err != nil {
		return err
	}
	if err := a.projector.CatchUp(ctx, func(n, total int64) { tell("Rebuilding state", n, total) }); err != nil {
		return err
	}
	done()
	head, err := a.history.Head(ctx)
	if err != nil {
		return err
	}
	if term.json {
		return printJSON(term, map[string]any{"ok": true, "made": ix.Made, "facts": head, "blobs": len(ix.Blobs)})
	}
	return term.say("Restored the backup of %s: %d facts. Check it with: almanac verify", ix.Made.Format(time.RFC3339), head)
}
