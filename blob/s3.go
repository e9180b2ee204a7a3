package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// S3 is a Store in a bucket of an object store that speaks S3.
type S3 struct {
	client         *minio.Client
	bucket, prefix string
}

// OpenS3 prepares "s3://bucket/prefix?endpoint=host:port&region=…&insecure=true". Credentials come from
// AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the AWS credentials file, or the machine's role. The bucket
// must exist.
func OpenS3(ctx context.Context, where string) (*S3, error) {
	u, err := url.Parse(where)
	if err != nil || u.Scheme != "s3" || u.Host == "" {
		return nil, fmt.Errorf("%q is not an address like s3://bucket/prefix", where)
	}
	q := u.Query()
	endpoint := q.Get("endpoint")
	if endpoint == "" {
		endpoint = "s3.amazonaws.com"
	}
	transport, err := minio.DefaultTransport(q.Get("insecure") != "true")
	if err != nil {
		return nil, err
	}
	transport.ResponseHeaderTimeout = 30 * time.Second // a store that does not answer is not waited for for ever
	client, err := minio.New(endpoint, &minio.Options{
		Creds: credentials.NewChainCredentials([]credentials.Provider{&credentials.EnvAWS{}, &credentials.FileAWSCredentials{},
			&credentials.IAM{Client: &http.Client{Transport: transport}}}),
		Secure: q.Get("insecure") != "true", Region: q.Get("region"), Transport: transport, MaxRetries: 5,
	})
	if err != nil {
		return nil, fmt.Errorf("object store %s: %w", endpoint, err)
	}
	ok, err := client.BucketExists(ctx, u.Host)
	if err != nil {
		return nil, fmt.Errorf("object store %s: %w", endpoint, err)
	}
	if !ok {
		return nil, fmt.Errorf("object store %s has no bucket %q: create it first", endpoint, u.Host)
	}
	return &S3{client, u.Host, strings.Trim(u.Path, "/")}, nil
}

// Open opens "s3://…" or a folder.
func Open(ctx context.Context, where string) (Store, error) {
	if strings.HasPrefix(where, "s3://") {
		return OpenS3(ctx, where)
	}
	return OpenDir(where)
}

func (s *S3) key(name string) (string, error) {
	if !fs.ValidPath(name) || name == "." || strings.ContainsAny(name, "\\\x00") {
		return "", fmt.Errorf("%q is not a blob name", name)
	}
	return path.Join(s.prefix, name), nil
}

// wrap says what was tried, and turns the store's word for a missing object into ErrNotFound.
func (s *S3) wrap(what, name string, err error) error {
	if err == nil {
		return nil
	}
	if r := minio.ToErrorResponse(err); r.Code == minio.NoSuchKey || r.StatusCode == http.StatusNotFound && r.Code != minio.NoSuchBucket {
		return fmt.Errorf("%s: %w", name, ErrNotFound)
	}
	return fmt.Errorf("%s %s in bucket %s: %w", what, name, s.bucket, err)
}

// Put writes an object; the store shows it when it is whole. The store checks it against its CRC.
func (s *S3) Put(ctx context.Context, name string, data []byte) error {
	key, err := s.key(name)
	if err != nil {
		return err
	}
	_, err = s.client.PutObject(ctx, s.bucket, key, bytes.NewReader(data), int64(len(data)), minio.PutObjectOptions{
		ContentType: "application/octet-stream", SendContentMd5: true, DisableMultipart: len(data) < 1<<30})
	return s.wrap("write", name, err)
}

// Get reads an object.
func (s *S3) Get(ctx context.Context, name string) ([]byte, error) {
	key, err := s.key(name)
	if err != nil {
		return nil, err
	}
	o, err := s.client.GetObject(ctx, s.bucket, key, minio.GetObjectOptions{})
	if err != nil {
		return nil, s.wrap("read", name, err)
	}
	b, err := io.ReadAll(o)
	if cerr := o.Close(); err == nil {
		err = cerr
	}
	return b, s.wrap("read", name, err)
}

// Size asks for an object's length.
func (s *S3) Size(ctx context.Context, name string) (int64, error) {
	key, err := s.key(name)
	if err != nil {
		return 0, err
	}
	i, err := s.client.StatObject(ctx, s.bucket, key, minio.StatObjectOptions{})
	return i.Size, s.wrap("look at", name, err)
}

// List names the objects that begin with prefix, in order.
func (s *S3) List(ctx context.Context, prefix string) ([]string, error) {
	root := s.prefix
	if root != "" {
		root += "/"
	}
	var out []string
	for o := range s.client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: root + prefix, Recursive: true}) {
		if o.Err != nil {
			return nil, s.wrap("list", prefix+"*", o.Err)
		}
		out = append(out, strings.TrimPrefix(o.Key, root))
	}
	slices.Sort(out)
	return out, nil
}

// Delete removes an object.
func (s *S3) Delete(ctx context.Context, name string) error {
	key, err := s.key(name)
	if err != nil {
		return err
	}
	if err := s.wrap("delete", name, s.client.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{})); !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}
