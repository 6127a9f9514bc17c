// Compresses a file as builders written in Go do: compress/gzip with its default level.
package main

import (
	"compress/gzip"
	"io"
	"log"
	"os"
)

func main() {
	if err := compress(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func compress(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	writer := gzip.NewWriter(out)
	if _, err := io.Copy(writer, in); err != nil {
		return err
	}
	if err := writer.Close(); err != nil {
		return err
	}
	return out.Close()
}
