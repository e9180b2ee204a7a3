package predict

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// artefact is the form of the bytes: gzip over one JSON document, readable by anybody without this program.
type artefact struct {
	Card  Card            `json:"card"`
	Model json.RawMessage `json:"model"`
}

// Encode makes an artefact of a card and a model. Equal inputs give equal bytes: JSON sorts map keys, the gzip header
// carries no time, and neither does the card.
func Encode(card Card, model any) ([]byte, error) {
	card.TrainedAt = time.Time{}
	raw, err := json.Marshal(model)
	if err != nil {
		return nil, fmt.Errorf("encode the model of %s: %w", card.Question, err)
	}
	text, err := json.Marshal(artefact{Card: card, Model: raw})
	if err != nil {
		return nil, fmt.Errorf("encode the card of %s: %w", card.Question, err)
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(text); err != nil {
		return nil, fmt.Errorf("compress the artefact of %s: %w", card.Question, err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("compress the artefact of %s: %w", card.Question, err)
	}
	return b.Bytes(), nil
}

// Decode reads an artefact into model, a pointer, and returns its card (without TrainedAt).
func Decode(data []byte, model any) (Card, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return Card{}, fmt.Errorf("the artefact is not gzip: %w", err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return Card{}, fmt.Errorf("decompress the artefact: %w", err)
	}
	var a artefact
	if err := json.Unmarshal(text, &a); err != nil {
		return Card{}, fmt.Errorf("read the artefact: %w", err)
	}
	if err := json.Unmarshal(a.Model, model); err != nil {
		return a.Card, fmt.Errorf("read the model of %s: %w", a.Card.Question, err)
	}
	return a.Card, nil
}

// Hash is the name of an artefact: the SHA-256 of its bytes in hexadecimal.
func Hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
