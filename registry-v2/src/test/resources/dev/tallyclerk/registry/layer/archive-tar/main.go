// Reads archives from the standard input, each after its length in four bytes, and prints what archive/tar makes of
// them: a line for each entry, and one that says how it ended.
package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"sort"
	"strings"
)

func main() {
	in := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	for {
		var length uint32
		if err := binary.Read(in, binary.BigEndian, &length); err == io.EOF {
			return
		} else if err != nil {
			panic(err)
		}
		archive := make([]byte, length)
		if _, err := io.ReadFull(in, archive); err != nil {
			panic(err)
		}
		if err := read(archive, out); err == io.EOF {
			fmt.Fprintln(out, "end")
		} else {
			fmt.Fprintln(out, "error", err)
		}
		out.Flush()
	}
}

func read(archive []byte, out io.Writer) error {
	reader := tar.NewReader(bytes.NewReader(archive))
	for {
		header, err := reader.Next()
		if err != nil {
			return err
		}
		if header.Typeflag == tar.TypeXGlobalHeader {
			continue // as engines do
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "entry %c name=%x link=%x size=%d mode=%o owner=%d:%d names=%x:%x time=%d.%09d device=%d,%d content=%d,%08x%s\n",
			header.Typeflag, header.Name, header.Linkname, header.Size, header.Mode&07777, header.Uid, header.Gid,
			header.Uname, header.Gname, header.ModTime.Unix(), header.ModTime.Nanosecond(),
			header.Devmajor, header.Devminor, len(content), crc32.ChecksumIEEE(content), xattrs(header))
	}
}

func xattrs(header *tar.Header) string {
	var found []string
	for key, value := range header.PAXRecords {
		if name, ok := strings.CutPrefix(key, "SCHILY.xattr."); ok {
			found = append(found, fmt.Sprintf(" xattr:%x=%x", name, value))
		}
	}
	sort.Strings(found)
	return strings.Join(found, "")
}
