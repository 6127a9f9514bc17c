// Checks a gzip layer as skopeo and crane do: SHA-256 of the compressed and of the decompressed bytes, in one pass.
package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
)

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	stored := sha256.New()
	content := sha256.New()
	reader, err := gzip.NewReader(io.TeeReader(file, stored))
	if err != nil {
		panic(err)
	}
	if _, err := io.Copy(content, reader); err != nil {
		panic(err)
	}
	fmt.Printf("%x %x\n", stored.Sum(nil), content.Sum(nil))
}
