// Verifies and lists a collection with the original's client, each time with an empty cache, and prints the CPU time of one
// verification in nanoseconds. Arguments: the server's address, the collection's name, a folder for the caches, how often.
package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/theupdateframework/notary/client"
	"github.com/theupdateframework/notary/passphrase"
	"github.com/theupdateframework/notary/trustpinning"
	"github.com/theupdateframework/notary/tuf/data"
)

func verify(cache string) {
	repository, err := client.NewFileCachedRepository(cache, data.GUN(os.Args[2]), os.Args[1], http.DefaultTransport,
		passphrase.ConstantRetriever("passphrase"), trustpinning.TrustPinConfig{})
	if err != nil {
		panic(err)
	}
	targets, err := repository.ListTargets()
	if err != nil {
		panic(err)
	}
	if len(targets) == 0 {
		panic("no targets")
	}
}

func cpu() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func main() {
	times, err := strconv.Atoi(os.Args[4])
	if err != nil {
		panic(err)
	}
	for i := 0; i < times/4; i++ {
		verify(filepath.Join(os.Args[3], "warm", strconv.Itoa(i)))
	}
	start := cpu()
	for i := 0; i < times; i++ {
		verify(filepath.Join(os.Args[3], strconv.Itoa(i)))
	}
	fmt.Println((cpu() - start) / int64(times))
}
