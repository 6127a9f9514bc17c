package dev.tallyclerk.hardening.host;

import dev.tallyclerk.host.FolderHostFiles;
import java.nio.file.Path;

/** Prints the verdicts over the host in a folder, one rule on a line, for a process of another user. */
final class PrintedVerdicts {
    private PrintedVerdicts() {}

    public static void main(String[] arguments) {
        HostSubject host = HostSubject.builder("host", FolderHostFiles.of(Path.of(arguments[0])))
                .read();
        MemoryHost.kinds(host).forEach((rule, kind) -> System.out.println(rule + " " + kind));
    }
}
